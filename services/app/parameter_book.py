"""The method's parameters as this version ships them."""

from importlib import resources

from services.chassis.parameters import ParameterBook


def parameter_book() -> ParameterBook:
    """Every parameter with all its values. Raises ``ParameterError``."""
    return ParameterBook.load(resources.files("services") / "method" / "parameters")
