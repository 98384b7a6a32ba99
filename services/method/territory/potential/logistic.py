"""Logistic regression by Fisher scoring: a probability from a few terms, nothing hidden."""

from dataclasses import dataclass

import numpy as np

from services.method.arithmetic import Array, product, settled, solved

_FLATTEST = 1e-9
"""Added to the information matrix, so that two equal columns do not make it singular."""
_LARGEST_LOGIT = 30.0
"""Beyond it the probability is 0 or 1 in floating point."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """Coefficients on standardised terms, intercept first, with the scale they were fitted on."""

    names: tuple[str, ...]
    means: Array
    spreads: Array
    coefficients: Array

    def logits(self, columns: Array) -> Array:
        """Log-odds of each row of terms."""
        scaled = (columns - self.means) / self.spreads
        return settled(self.coefficients[0] + _sums(scaled, self.coefficients[1:]))

    def probabilities(self, columns: Array) -> Array:
        return settled(_sigmoid(self.logits(columns)))


def fit(names: tuple[str, ...], columns: Array, outcome: Array, steps: int) -> Fitted:
    """Maximum likelihood after ``steps`` of Fisher scoring from zero; no penalty."""
    means, spreads = columns.mean(axis=0), columns.std(axis=0)
    spreads = np.where(spreads > 0, spreads, 1.0)
    design = np.column_stack([np.ones(len(columns)), (columns - means) / spreads])
    coefficients = np.zeros(design.shape[1])
    for _ in range(steps):
        expected = _sigmoid(_sums(design, coefficients))
        weight = expected * (1 - expected)
        information = product((design * weight[:, None]).T, design)
        information += _FLATTEST * np.eye(len(coefficients))
        coefficients = coefficients + solved(information, product(outcome - expected, design))
    return Fitted(names, means, spreads, coefficients)


def _sums(rows: Array, coefficients: Array) -> Array:
    return product(rows, coefficients[:, None])[:, 0]


def _sigmoid(logits: Array) -> Array:
    result: Array = 1 / (1 + np.exp(-np.clip(logits, -_LARGEST_LOGIT, _LARGEST_LOGIT)))
    return result
