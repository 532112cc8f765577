"""The flow beyond depth 2 from tiny starts, against quadrature in arbitrary precision: for one equation time is a
function of the one exponent.
"""

from itertools import pairwise

import numpy as np
import pytest
from flint import acb, arb, ctx
from numpy.linalg import norm
from numpy.testing import assert_allclose

from implicit_bias import diagonal

STARTS = pytest.mark.parametrize(("depth", "decades"), [(3, 8), (4, 8), (10, 8), (3, 20), (10, 20), (4, 100)])


class Clock:
    """When ``beta`` is what, for the equation ``row @ beta == y`` whose first entry is its largest and positive."""

    def __init__(self, row, y, alpha, depth, nonnegative):
        ctx.dps = 450
        self.row, self.y, self.alpha = [arb(float(a)) for a in row], arb(float(y)), arb(float(alpha))
        self.p, self.nonnegative = arb(depth) / (depth - 2), nonnegative
        self.scale, self.speed = self.alpha**depth, 2 * depth * (depth - 2) * self.alpha ** (depth - 2)

    def beta(self, v):
        """The entries where the exponent of the first is tanh(v); its own slacks by exponentials, without a loss."""
        plus, minus = (2 / (1 + (sign * 2 * v).exp()) for sign in (1, -1))
        first = plus ** (-self.p) - (0 if self.nonnegative else minus ** (-self.p))
        u = [a / self.row[0] * (1 - plus) for a in self.row[1:]]
        rest = [(1 - s) ** (-self.p) - (0 if self.nonnegative else (1 + s) ** (-self.p)) for s in u]
        return [self.scale * value for value in [first, *rest]]

    def floats(self, v):
        return [float(value) for value in self.beta(v)]

    def residual(self, v):
        return self.y - sum((a * b for a, b in zip(self.row, self.beta(v), strict=True)), 0)

    def reaches(self, fraction):
        """The v where the residual is that part of y."""
        low, high = arb(0), -2 * self.alpha.log() * 100
        while not self.residual(high) < 0:
            high *= 2
        for _ in range(60):
            middle = ((low + high) / 2).mid()
            low, high = (middle, high) if self.residual(middle) > fraction * self.y else (low, middle)
        return low

    def time(self, v):
        ctx.dps = 30
        slope = self.speed * self.row[0]

        def integrand(x, _):
            return 1 / (x.cosh() ** 2 * slope * self.residual(x))

        cuts = [v * k / 20 for k in range(21)]
        total = sum((acb.integral(integrand, a, b).real for a, b in pairwise(cuts)), arb(0))
        ctx.dps = 450
        return float(total)


@STARTS
@pytest.mark.parametrize("nonnegative", [False, True])
def test_times_are_right_to_nine_digits(depth, decades, nonnegative):
    row, y, alpha = [1.0, -0.7, 0.4], 1.5, 10.0 ** (-decades / (depth - 2))
    clock = Clock(row, y, alpha, depth, nonnegative)
    end = clock.reaches(0.5)
    points = [end / 40, end / 5, end / 2, end, clock.reaches(0.1)]
    times, wanted = np.array([clock.time(v) for v in points]), np.array([clock.floats(v) for v in points])
    flow = diagonal.gradient_flow(
        [row], [y], alpha, np.outer([1 - 1e-9, 1 + 1e-9], times).ravel(), depth=depth, nonnegative=nonnegative
    )
    before, after = flow.reshape(2, 5, 3)
    # The first entry grows; all others have slacks that do not vanish.
    assert np.all(before[:, 0] <= wanted[:, 0] * (1 + 1e-12)) and np.all(after[:, 0] >= wanted[:, 0] * (1 - 1e-12))
    assert_allclose(before[:, 1:], wanted[:, 1:], rtol=1e-7)
    assert_allclose(after[:, 1:], wanted[:, 1:], rtol=1e-7)


@STARTS
@pytest.mark.parametrize("nonnegative", [False, True])
def test_entries_escape_one_after_the_other_and_stay(depth, decades, nonnegative):
    alpha = 10.0 ** (-decades / (depth - 2))
    y, speed = np.array([1.0, 0.5]), 2 * depth * (depth - 2) * alpha ** (depth - 2)
    # From a tiny start the exponent reaches 1 at 1 / (speed y), up to a part of alpha**(depth - 2).
    flow = diagonal.gradient_flow(
        np.eye(2), y, alpha, np.array([0.999, 1.001, 1.999, 2.001, 1e6]) / speed, depth=depth, nonnegative=nonnegative
    )
    # A thousandth before it is due, the slack is a thousandth, or half of it where y is.
    early = 1.001 * alpha**depth * 2e3 ** (depth / (depth - 2))
    assert_allclose(flow, y * [[0, 0], [1, 0], [1, 0], [1, 1], [1, 1]], atol=1e-9 + early)
    assert_allclose(flow[-1], diagonal.limit(np.eye(2), y, alpha, depth=depth, nonnegative=nonnegative), rtol=1e-9)


@pytest.mark.parametrize("shape", [None, np.linspace(-2, 0.5, 8), np.exp(np.random.default_rng(7).normal(size=(2, 8)))])
@pytest.mark.parametrize(("depth", "decades"), [(2.5, 4), (3, 8), (4, 20)])
def test_the_flow_from_a_tiny_start_ends_at_the_limit(depth, decades, shape):
    generator = np.random.default_rng(3)
    X = generator.standard_normal((3, 8))
    y, alpha = X @ generator.standard_normal(8), 10.0 ** (-decades / (depth - 2))
    start, late, limit = diagonal.gradient_flow(
        X, y, alpha, [0.0, 1e6 / alpha ** (depth - 2), np.inf], depth=depth, shape=shape
    )
    assert norm(late - limit) <= 1e-9 * norm(limit)
    plus, minus = np.abs(shape if np.ndim(shape) == 2 else [np.ones(8) if shape is None else shape] * 2)
    assert_allclose(start, alpha**depth * (plus**depth - minus**depth), rtol=1e-12, atol=1e-15 * alpha**depth)


@pytest.mark.parametrize("nonnegative", [False, True])
def test_times_long_before_anything_moves(nonnegative):
    # The speed of the exponents is alpha**1.5, and of the smaller alpha no float.
    early = diagonal.gradient_flow([[1.0, 2.0]], [3.0], [1e-80, 1e-300], [0.0, 1.0], depth=3.5, nonnegative=nonnegative)
    assert_allclose(early, np.full((2, 2, 2), [[1e-280 if nonnegative else 0.0] * 2, [0.0] * 2]), rtol=1e-12)
