"""From the largest initialization to the smallest: where the path of limits begins, and where it is taken up again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.linalg import norm

from implicit_bias.diagonal.continuation import first, follow
from implicit_bias.diagonal.equations import Equations
from implicit_bias.diagonal.hessian import blur
from implicit_bias.diagonal.network import Network
from implicit_bias.diagonal.point import Point
from implicit_bias.errors import ConvergenceError
from implicit_bias.validate import FloatArray

__all__ = ["points"]

NO_SOLUTION = (
    "no strictly positive interpolator was found: if there is none, the dual function has no minimizer; "
    "drop columns of X that must be zero, scale those of very different size more evenly, or use the signed network"
)
# Where to look for a first nonnegative point, in the logarithm of the scale, from that of the shortest solution.
STARTS = (0.0, -5.0, 5.0)
# Columns that differ by this much are worth more starts, at the sizes that these quantiles of the columns need.
GRADED, SMALL = 1e3, (0.2, 0.1, 0.4)
# Positive entries are found where rounding changes them by less than this part. In some hundreds of problems decided in
# exact arithmetic it changes them many times next to solutions with zeros, and elsewhere, but for a few with columns
# over sixteen decades, by 1e-5 at most.
BLURRED = 1e-3


def points(equations: Equations, net: Network, scales: FloatArray) -> Iterator[tuple[int, Point | ConvergenceError]]:
    """Yield the index of each scale, the largest first, with its point of the path or the error in its place."""
    order = np.argsort(-scales, kind="stable")
    # Singular matrices and infinities are noticed where the steps are taken.
    with np.errstate(all="ignore"):
        if not np.any(equations.target):
            # Homogeneous equations: the exponents do not depend on the scale.
            for index in order:
                try:
                    point = _first(equations, net, STARTS) if net.nonnegative else first(equations, net, 0.0)
                    yield index, point.at(scales[index])
                except ConvergenceError as error:
                    yield index, error
            return
        size = equations.basis @ equations.target
        middle = float(np.log(norm(size) / np.sqrt(size.size)) - np.mean(net.origin))
        scales = scales.tolist()
        starts = _starts(equations, net, middle, max(scales))
        try:
            point = _first(equations, net, starts) if net.nonnegative else first(equations, net, max(middle, *scales))
        except ConvergenceError as error:
            yield from ((index, error) for index in order)
            return
        for index in order:
            try:
                point = _next(equations, point, scales[index], starts)
                yield index, point
            except ConvergenceError as reason:
                yield index, reason


def _starts(equations: Equations, net: Network, middle: float, largest: float) -> list[float]:
    """Return scales at which to look for a nonnegative point, the likeliest first.

    If columns differ by many decades the solution may have any size: that of the largest scale that is asked for, or
    what small columns need to reach the targets.
    """
    starts = [middle + start for start in STARTS]
    columns = np.max(np.abs(equations.rows.X), axis=0)
    columns = columns[columns > 0]
    if np.max(columns) > GRADED * np.min(columns):
        sizes = np.log(np.max(np.abs(equations.y)) / np.quantile(columns, SMALL))
        starts += [largest, *(sizes - np.mean(net.origin))]
    return starts


def _first(equations: Equations, net: Network, starts: Sequence[float]) -> Point:
    """Return a nonnegative point, but none whose smallest entries are rounding: exactly they would be zero."""
    for start in starts:
        try:
            point = first(equations, net, start)
        except ConvergenceError:
            continue
        if blur(equations, point.state) < BLURRED:
            return point
    raise ConvergenceError(NO_SOLUTION)


def _next(equations: Equations, point: Point, scale: float, starts: Sequence[float]) -> Point:
    """Return the point at another scale, from nothing if columns differ so much that no path leads there."""
    try:
        return follow(equations, point, scale)
    except ConvergenceError as reason:
        network = point.state.network
        for start in (scale, *starts) if network.nonnegative else ():
            try:
                return follow(equations, first(equations, network, start), scale)
            except ConvergenceError:
                continue
        raise reason
