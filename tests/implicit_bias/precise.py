"""Limits of diagonal networks in arbitrary precision: Newton's method with hundreds of digits, for small problems.

The inputs are taken as the exact numbers that they are. Nothing here is shared with the library, and nothing has to
be computed with care: there are always enough digits.
"""

import math

from flint import arb, arb_mat, ctx


class Precise:
    """The limit for a problem: ``log_beta`` (natural logarithms) and ``signs``, lists of d numbers."""

    def __init__(self, X, y, alpha, depth=2, shape=None, nonnegative=False, digits=None):
        self.log_alpha = arb(alpha).log()
        decades = abs(math.log10(alpha)) * depth
        ctx.dps = digits or int(80 + 3 * decades)
        self.log_alpha = arb(float(alpha)).log()
        self.X = [[arb(float(value)) for value in row] for row in X]
        self.columns = arb_mat(self.X).transpose()
        self.y = [arb(float(value)) for value in y]
        self.n, self.d = len(self.X), len(self.X[0])
        self.depth, self.nonnegative = arb(float(depth)), nonnegative
        pair = [[1.0] * self.d] * 2 if shape is None else shape if len(shape) == 2 and self.d != 2 else [shape, shape]
        self.log_shapes = [[abs(arb(float(value))).log() for value in side] for side in pair]
        self.two = float(depth) == 2
        goal = self.depth * self.log_alpha
        size = max(abs(float(value)) for value in y) or 1.0
        log_scale = max(goal, arb(math.log(size))) + 3
        nu = self.newton([arb(0)] * self.n, log_scale, tolerance=1e-10, most=3000)
        before, stride = None, 1.0
        while log_scale > goal:
            new = log_scale - stride if log_scale - stride > goal else goal
            last = new == goal
            guess = nu
            if before is not None:
                fraction = (self.span(new) - self.span(log_scale)) / (self.span(log_scale) - self.span(before[0]))
                guess = [(a + fraction * (a - b)).mid() for a, b in zip(nu, before[1], strict=True)]
            try:
                solved = self.newton(guess, new, 10.0 ** -min(ctx.dps // 3, 250) if last else 1e-10, most=40)
            except ArithmeticError:
                stride /= 3
                if stride < 1e-4:
                    raise
                continue
            before, log_scale, nu = (log_scale, nu), new, solved
            stride *= 2
        values = self.beta(nu, goal)[0]
        self.signs = [math.copysign(1.0, float(value > 0) - 0.5) if value != 0 else 0.0 for value in values]
        self.log_beta = [float(abs(value).log().mid()) if value != 0 else -math.inf for value in values]
        self.dual = [float(value) for value in nu]

    def span(self, log_scale):
        return log_scale if self.two else (log_scale * (self.depth - 2) / self.depth).exp()

    def beta(self, nu, log_scale):
        """The entries and their derivatives with respect to the exponents, or an error outside of the domain."""
        u = self.columns * arb_mat([[value] for value in nu])
        p = None if self.two else self.depth / (self.depth - 2)
        betas, slopes = [], []
        for j in range(self.d):
            beta = slope = arb(0)
            for side, sign in ((0, 1), (1, -1))[: 1 if self.nonnegative else 2]:
                log_shape, exponent = self.log_shapes[side][j], sign * u[j, 0].mid()
                if self.two:
                    term = (log_scale + 2 * log_shape + exponent).exp()
                    change = term
                else:
                    slack = (log_shape * (2 - self.depth)).exp() - exponent
                    if not slack.mid() > 0:
                        raise ArithmeticError
                    term = (log_scale - p * slack.mid().log()).exp()
                    change = p * term / slack
                beta, slope = (beta + sign * term).mid(), (slope + change).mid()
            betas.append(beta)
            slopes.append(slope)
        return betas, slopes

    def newton(self, nu, log_scale, tolerance, most):
        for _ in range(most):
            beta, slope = self.beta(nu, log_scale)
            gaps = [
                [(target - sum((a * b for a, b in zip(row, beta, strict=True)), arb(0))).mid()]
                for row, target in zip(self.X, self.y, strict=True)
            ]
            weighted = arb_mat([[(a * w).mid() for a, w in zip(row, slope, strict=True)] for row in self.X])
            hessian = weighted * self.columns
            hessian = arb_mat([[hessian[i, k].mid() for k in range(self.n)] for i in range(self.n)])
            step = hessian.solve(arb_mat(gaps), algorithm="approx")
            step = [step[i, 0].mid() for i in range(self.n)]
            moves = self.columns * arb_mat([[value] for value in step])
            # Relative changes of slopes, to first order.
            largest = max(abs(self.relative(nu, j, moves[j, 0].mid())) for j in range(self.d))
            damping = arb(1) if largest < 0.5 else 0.5 * (1 + largest).log() / largest
            if not self.two:
                damping = arb(1) if largest < 0.5 else 0.5 / largest
            nu = [(a + damping * b).mid() for a, b in zip(nu, step, strict=True)]
            if largest < tolerance:
                return nu
        raise ArithmeticError("no convergence")

    def relative(self, nu, j, move):
        if self.two:
            return move
        u = sum((self.X[i][j] * nu[i] for i in range(self.n)), arb(0))
        slack = (self.log_shapes[0][j] * (2 - self.depth)).exp() - u
        if not self.nonnegative:
            other = (self.log_shapes[1][j] * (2 - self.depth)).exp() + u
            slack = slack if slack < other else other
        return (move / slack).mid()
