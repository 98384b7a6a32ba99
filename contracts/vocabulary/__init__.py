"""The product's words as frozen values: what a firm, an estimate, a proposal or a verdict is.

Standard-library dataclasses on purpose: the pure method builds and reads them without a
framework, and pydantic validates the very same classes at the edges (``contracts.codec``).
``CLOSED`` makes the writer's form closed (an unknown field is an error); readers open it
again at decoding time, so that a newer writer may add an optional field.
"""
