"""Certificates for the largest margins, of hyperplanes and of two-layer networks."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.baselines.margins import DUAL
from implicit_bias.baselines.patterns import peaks
from implicit_bias.baselines.variation import places, spanned
from implicit_bias.certificate import Certificate, quotient, slopes_of
from implicit_bias.scaling import shifted, unit

__all__ = ["hard_margin_svm", "variation_margin"]


def hard_margin_svm(
    X: ArrayLike, y: ArrayLike, x: ArrayLike, dual: ArrayLike, bias: float | None = None, *, norm: float = 2
) -> Certificate:
    """Test whether ``x`` is the shortest vector of weights, in one of three norms, with ``y * (X @ x + bias) >= 1``.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array of 1 and -1
    x : (d,) array
    dual : (n,) array, the multipliers for the objective ``norm(x)``
    bias : float, default None
        The unpenalized constant; without one the hyperplane passes through the origin.
    norm : 1, 2 or numpy.inf
        In which the weights are measured.

    Returns
    -------
    Certificate
        Feasibility is the margins; the dual domain ``dual >= 0``, and ``y @ dual == 0`` if there is a bias;
        complementarity ``dual @ margins == dual.sum()``; stationarity ``X.T @ (y * dual) == x / norm(x)``, or for
        another norm than 2 that ``X.T @ (y * dual)`` has dual norm at most 1 and inner product ``norm(x)`` with x.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, a label is neither 1 nor -1, or the norm is another.
    """
    examples, labels = validate.classification(X, y)
    constant = 0.0 if bias is None else float(validate.numbers("bias", bias))
    norm = validate.one_of("norm", norm, tuple(DUAL))
    multipliers = validate.vector("dual", dual, length=len(labels))
    slopes = slopes_of(X, labels * multipliers)
    (examples, a), (weights, b) = unit(examples), unit(validate.vector("x", x, length=examples.shape[1]))
    scores = shifted(examples @ weights, a + b) + constant
    size = 1 + shifted(np.abs(examples) @ np.abs(weights), a + b) + abs(constant)
    multipliers, _ = unit(multipliers)
    total, length = np.sum(np.abs(multipliers)), np.linalg.norm(weights, ord=norm)
    balance = 0.0 if bias is None else labels @ multipliers
    if norm == 2:
        direction = weights / length if length else weights
        stationarity = quotient(slopes - direction, np.full(len(weights), np.max(np.abs(direction))))
    else:
        outside = float(max(0, np.linalg.norm(slopes, ord=DUAL[norm]) - 1))
        stationarity = max(outside, quotient(length - weights @ slopes, length))
    return Certificate(
        feasibility=quotient(np.maximum(0, 1 - labels * scores), size),
        dual=max(quotient(np.min(multipliers, initial=0), np.max(np.abs(multipliers))), quotient(balance, total)),
        complementarity=quotient(multipliers @ (labels * scores - 1), total),
        stationarity=stationarity,
    )


def variation_margin(X: ArrayLike, y: ArrayLike, x: ArrayLike, dual: ArrayLike, hidden: ArrayLike) -> Certificate:
    """Test whether a two-layer network has the smallest variation norm of all that give each example a margin of 1.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array of 1 and -1
    x : (units,) array, the outer weights
    dual : (n,) array
    hidden : (units, d) array, the directions of the units

    Returns
    -------
    Certificate
        Feasibility is ``y * (relu(X @ hidden.T) @ x) >= 1``, with rows of ``hidden`` of length 1; the dual domain
        ``dual >= 0``, and ``abs((dual * y) @ relu(X @ u)) <= 1`` for every unit vector u; complementarity
        ``dual @ margins == dual.sum()``; stationarity ``abs(x).sum() == (dual * y) @ relu(X @ hidden.T) @ x``.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, a label is neither 1 nor -1, or there are too many cones of
        directions to find the largest of all units, as with ``baselines.variation_margin``.
    """
    examples, labels = validate.classification(X, y)
    directions = validate.matrix("hidden", hidden)
    if directions.shape[1] != examples.shape[1]:
        raise ValueError(f"hidden must have {examples.shape[1]} columns to match X, got shape {directions.shape}")
    weights = validate.vector("x", x)
    if len(weights) != len(directions):
        raise ValueError(f"x must have length {len(directions)} to match hidden, got length {len(weights)}")
    multipliers = validate.vector("dual", dual, length=len(labels))
    (examples, a), (weights, b), (shares, c) = unit(examples), unit(weights), unit(multipliers)
    seen = np.maximum(examples @ directions.T, 0)
    margins = labels * shifted(seen @ weights, a + b)
    size = 1 + shifted(seen @ np.abs(weights), a + b)
    kept, largest = np.any(examples, axis=1), 0.0
    if np.any(kept):
        A = spanned(examples[kept])[0]
        largest = np.max(places(A, *peaks(A), (shares * labels)[kept])[1], initial=0.0)
    above = max(0.0, float(shifted(largest, a + c)) - 1)
    sums, norm = (shares * labels) @ seen, np.sum(np.abs(weights))
    return Certificate(
        feasibility=max(
            quotient(np.maximum(0, 1 - margins), size), quotient(np.linalg.norm(directions, axis=1) - 1, 1.0)
        ),
        dual=max(quotient(np.min(shares, initial=0), np.max(np.abs(shares))), above),
        complementarity=quotient(shares @ (margins - 1), np.sum(np.abs(shares))),
        stationarity=quotient(norm - shifted(sums @ weights, a + c), norm),
    )
