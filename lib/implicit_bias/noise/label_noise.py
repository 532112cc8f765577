"""Gradient descent on labels that are noisy anew at every step, and the regularizer that this amounts to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.errors import ConvergenceError
from implicit_bias.scaling import finite
from implicit_bias.validate import FloatArray, Seed

__all__ = ["label_noise_descent", "regularizer"]

Model = Callable[[FloatArray], tuple[ArrayLike, ArrayLike]]


def label_noise_descent(
    model: Model,
    y: ArrayLike,
    start: ArrayLike,
    *,
    step: float,
    steps: ArrayLike,
    sigma: float,
    batch: int | None = None,
    seed: Seed = 0,
) -> FloatArray:
    """Return iterates of many independent runs of gradient descent with label noise.

    Parameters
    ----------
    model : callable
        Takes the weights of the runs, (runs, d), and returns the pair of the predictions, (runs, n), and of their
        derivatives by the weights, (runs, n, d).
    y : (n,) array
    start : (runs, d) array
    step : float, > 0
    steps : int, >= 0, or 1-D sequence of them
        How many steps have been taken, in any order.
    sigma : float, >= 0
        The noise on a label is ``sigma`` or ``-sigma``, with equal probability; 0 is descent without noise on labels.
    batch : int, >= 1, optional
        How many examples a step takes, uniformly and with replacement; by default each example once.
    seed : int or numpy.random.Generator

    Returns
    -------
    (runs, d) array if ``steps`` is an integer, else (len(steps), runs, d) array

    Raises
    ------
    ValueError
        If the model does not return arrays of these shapes, or an entry is not finite.
    ConvergenceError
        If the iterates overflow, which takes a large step.

    Notes
    -----
    A step is ``theta -= step * gradient`` of ``norm(f - y - noise)**2 / (2 * batch)`` over the examples of the batch.
    Lecture 12, Label Noise as Implicit Regularization, which has no half in the loss: its step is half of this one.
    """
    model = validate.function("model", model)
    y = validate.vector("y", y)
    theta = validate.matrix("start", start)
    step, sigma = validate.positive("step", step), validate.nonnegative("sigma", sigma)
    counts = validate.integers("steps", steps)
    size = len(y) if batch is None else validate.integer("batch", batch, minimum=1)
    random = validate.generator("seed", seed)
    _evaluated(model, theta, len(y))
    runs, wanted, kept = np.arange(len(theta))[:, np.newaxis], set(counts.ravel().tolist()), {}
    with np.errstate(over="ignore", invalid="ignore"):
        for done in range(int(counts.max()) + 1):
            if done in wanted:
                kept[done] = theta
            predictions, slopes = map(np.asarray, model(theta.copy()))
            residuals = predictions - y
            if batch is not None:
                chosen = random.integers(len(y), size=(len(theta), size))
                residuals, slopes = residuals[runs, chosen], slopes[runs, chosen]
            noise = sigma * (2.0 * random.integers(2, size=(len(theta), size)) - 1.0)
            theta = theta - step / size * np.matmul((residuals - noise)[:, np.newaxis], slopes)[:, 0]
    path = np.array([kept[count] for count in counts.ravel().tolist()]).reshape((*counts.shape, *theta.shape))
    if not np.all(np.isfinite(path)):
        raise ConvergenceError(f"descent overflows within {counts.max()} steps: choose a smaller step")
    return path


@np.errstate(over="ignore", invalid="ignore")
def regularizer(hessian: ArrayLike, step: float) -> float:
    """Return what label noise penalizes at an interpolator: ``-log(det(I - step / 2 * hessian)) / (2 * step)``.

    Parameters
    ----------
    hessian : (d, d) array
        The second derivatives of the loss, symmetric up to rounding, with eigenvalues below ``2 / step``.
    step : float, > 0

    Returns
    -------
    float
        It tends to a quarter of the trace as the step tends to 0, and to infinity as an eigenvalue tends to
        ``2 / step``.

    Raises
    ------
    ValueError
        If the matrix is not symmetric, an entry is not finite, an eigenvalue is ``2 / step`` or more, or the result
        is beyond the range of floats.

    Notes
    -----
    Lecture 12, the term R(θ); Damian, Ma and Lee 2021.
    """
    matrix, step = validate.matrix("hessian", hessian), validate.positive("step", step)
    if matrix.shape[0] != matrix.shape[1] or not np.allclose(
        matrix, matrix.T, rtol=1e-6, atol=1e-6 * abs(matrix).max()
    ):
        raise ValueError(f"hessian must be symmetric, got shape {matrix.shape}")
    shares = step / 2 * np.linalg.eigvalsh(matrix / 2 + matrix.T / 2)
    if shares[-1] >= 1:
        raise ValueError(f"hessian must have eigenvalues below 2 / step, got {2 * shares[-1] / step} for step {step}")
    return float(finite("hessian", -np.log1p(-shares).sum() / (2 * step)))


def _evaluated(model: Model, theta: FloatArray, n: int) -> None:
    """Refuse a model that does not return predictions and derivatives of the right shapes at the start."""
    answer = model(theta.copy())
    if not isinstance(answer, tuple) or len(answer) != 2:
        raise ValueError(f"model must return the predictions and their derivatives, got {type(answer).__name__}")
    predictions, derivatives = (validate.numbers("model", value).shape for value in answer)
    if len(predictions) != 2 or predictions[0] != len(theta):
        raise ValueError(f"model must return predictions of shape ({len(theta)}, n), got shape {predictions}")
    if predictions[1] != n:
        raise ValueError(f"y must have length {predictions[1]} to match the predictions, got length {n}")
    shape = (len(theta), n, theta.shape[1])
    if derivatives != shape:
        raise ValueError(f"model must return derivatives of shape {shape}, got shape {derivatives}")
