"""Stochastic approximation: every step goes along an estimate of the gradient, made from one sample."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.errors import ConvergenceError
from implicit_bias.validate import FloatArray

__all__ = ["sgd"]


def sgd(
    gradient: Callable[[FloatArray, FloatArray], ArrayLike],
    samples: ArrayLike,
    step: ArrayLike,
    start: ArrayLike,
    *,
    every: int = 1,
) -> FloatArray:
    """Return the iterates of stochastic gradient descent on given samples.

    Parameters
    ----------
    gradient : callable
        Maps an iterate and a sample to an estimate of the gradient, of the shape of the iterate.
    samples : (T, ...) array
        One for each step, in any form that ``gradient`` understands: noise, the weights of the examples, the number
        of one. They arrive as floats, so that an index is ``int(sample)``. Whoever draws them has the chances in hand,
        so that equal samples give equal iterates.
    step : float, > 0, or (T,) array of them
        The step size, or one for each step.
    start : array
        Of any shape: several runs side by side are rows of it.
    every : int, >= 1
        After how many steps an iterate is kept.

    Returns
    -------
    (1 + T // every, ...) array, the start and then every so many steps the iterate

    Raises
    ------
    ValueError
        If an entry is not finite, there is no sample, a step is not positive, there is not one step for each sample,
        or ``gradient`` returns anything but finite numbers in the shape of the iterate.
    ConvergenceError
        If the iterates overflow.

    Notes
    -----
    ``theta -= step[k] * gradient(theta, samples[k])``. If the mean of the estimate is the gradient of a loss, this is
    the method of Robbins and Monro. Lecture 12, stochastic approximation.
    """
    gradient = validate.function("gradient", gradient)
    samples = validate.numbers("samples", samples)
    if samples.ndim == 0 or samples.size == 0:
        raise ValueError(f"samples must have one entry for each step, got shape {samples.shape}")
    steps = validate.positives("step", step)
    if steps.ndim == 1 and len(steps) != len(samples):
        raise ValueError(f"step must have length {len(samples)} to match samples, got length {len(steps)}")
    theta = validate.numbers("start", start)
    if theta.size == 0:
        raise ValueError(f"start must not be empty, got shape {theta.shape}")
    every = validate.integer("every", every, minimum=1)
    path = np.empty((1 + len(samples) // every, *theta.shape))
    path[0] = theta
    sizes = np.broadcast_to(steps, len(samples))
    # Overflow is reported below, as an error with a remedy.
    with np.errstate(over="ignore", invalid="ignore"):
        for done, (size, sample) in enumerate(zip(sizes, samples, strict=True), start=1):
            theta.setflags(write=False)
            slope = _estimate(gradient(theta, sample), theta.shape)
            theta = np.asarray(theta - size * slope)
            if not np.all(np.isfinite(theta)):
                if done == 1 and not np.all(np.isfinite(slope)):
                    raise ValueError("gradient must return finite numbers, got others at the start")
                raise ConvergenceError(f"the iterates overflow after {done} steps: choose a smaller step")
            if done % every == 0:
                path[done // every] = theta
    return path


def _estimate(value: ArrayLike, shape: tuple[int, ...]) -> FloatArray:
    """Return what ``gradient`` returned, if it is an array of real numbers in this shape."""
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"gradient must return a rectangular array: {error}") from error
    if array.dtype.kind not in "biuf" or array.shape != shape:
        raise ValueError(
            f"gradient must return real numbers of shape {shape}, got {array.dtype} of shape {array.shape}"
        )
    return array
