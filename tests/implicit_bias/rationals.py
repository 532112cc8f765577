"""An independent reference: floats are rational numbers, and small problems have answers in exact arithmetic."""

from itertools import combinations, product

import numpy as np
from flint import arb, arb_mat, ctx, fmpq, fmpq_mat


def exact(value):
    """A float as the rational number that it is."""
    return fmpq(*float(value).as_integer_ratio())


def matrix(array):
    array = np.atleast_2d(np.asarray(array, dtype=float))
    return fmpq_mat(*array.shape, [exact(entry) for entry in array.flat])


def column(vector):
    return matrix(np.asarray(vector, dtype=float)[:, np.newaxis])


def floats(rational):
    """A column of rationals as floats, of any size."""
    entries = [rational[i, 0] for i in range(rational.nrows())]
    return np.array([int(entry.p) / int(entry.q) if entry.p else 0.0 for entry in entries])


def min_norm(X, y):
    """``X' (X X')^-1 y``, for independent rows."""
    X, y = matrix(X), column(y)
    return floats(X.transpose() * (X * X.transpose()).solve(y))


def ridge(X, y, penalty):
    """``(X'X + penalty)^-1 X'y``."""
    X, y = matrix(X), column(y)
    gram = X.transpose() * X
    for i in range(gram.nrows()):
        gram[i, i] += exact(penalty)
    return floats(gram.solve(X.transpose() * y))


def descend(X, y, step, steps, start):
    """Gradient descent as it is defined, without a rounding error."""
    X, y, beta = matrix(X), column(y), column(start)
    for _ in range(steps):
        beta = beta - exact(step) * (X.transpose() * (X * beta - y))
    return floats(beta)


def basis_pursuit(X, y, nonnegative=False):
    """The smallest sum of absolute values over all vertices."""
    X, y = matrix(X), column(y)
    n, best = X.nrows(), None
    for support in combinations(range(X.ncols()), n):
        square = fmpq_mat(n, n, [X[i, j] for i in range(n) for j in support])
        if square.det() != 0:
            vertex = square.solve(y)
            entries = [vertex[i, 0] for i in range(n)]
            if not nonnegative or min(entries) >= 0:
                size = sum((abs(entry) for entry in entries), fmpq(0))
                best = size if best is None or size < best else best
    return int(best.p) / int(best.q)


def lasso(X, y, penalty):
    """The minimizer, by trying all supports and signs for the conditions of optimality."""
    X, y, penalty = matrix(X), column(y), exact(penalty)
    n, d = X.nrows(), X.ncols()
    for count in range(min(n, d) + 1):
        for support in combinations(range(d), count):
            chosen = fmpq_mat(n, count, [X[i, j] for i in range(n) for j in support])
            gram = chosen.transpose() * chosen
            if count and gram.det() == 0:
                continue
            for signs in product((1, -1), repeat=count):
                weights = fmpq_mat(count, 1)
                if count:
                    price = fmpq_mat(count, 1, [penalty * sign for sign in signs])
                    weights = gram.solve(chosen.transpose() * y - price)
                slopes = X.transpose() * (y - chosen * weights) if count else X.transpose() * y
                right = all(weights[k, 0] * sign > 0 for k, sign in enumerate(signs))
                if right and all(abs(slopes[j, 0]) <= penalty for j in range(d)):
                    x = np.zeros(d)
                    x[list(support)] = floats(weights) if count else []
                    return x
    raise AssertionError("no support is optimal")


def diagonal_limit(X, y, alpha, nonnegative=False, digits=400):
    """The limit by Newton's method on the dual with hundreds of digits, from a start as large as the solution."""
    ctx.dps = digits
    n, d = X.shape
    rows = arb_mat([[arb(float(entry)) for entry in row] for row in X])
    target = arb_mat([[arb(float(entry))] for entry in y])
    nu = arb_mat(n, 1)
    scales = np.geomspace(max(alpha, np.sqrt(np.max(np.abs(y)))), alpha, 2 + 2 * int(abs(np.log10(alpha))))
    for scale in scales:
        start = arb(float(alpha if scale == scales[-1] else scale)) ** 2
        for _ in range(400):
            u = rows.transpose() * nu
            grown = [(start * u[j, 0].exp()).mid() for j in range(d)]
            shrunk = [(start * (-u[j, 0]).exp()).mid() for j in range(d)]
            beta = [g if nonnegative else (g - s).mid() for g, s in zip(grown, shrunk, strict=True)]
            weight = [g if nonnegative else (g + s).mid() for g, s in zip(grown, shrunk, strict=True)]
            residual = target - rows * arb_mat([[entry] for entry in beta])
            weighted = arb_mat([[(rows[i, j] * weight[j]).mid() for j in range(d)] for i in range(n)])
            step = (weighted * rows.transpose()).mid().solve(residual.mid()).mid()
            moves = rows.transpose() * step
            largest = max(abs(float(moves[j, 0].mid())) for j in range(d))
            damping = arb(1.0 if largest <= 1 else np.log1p(largest) / largest)
            nu = (nu + damping * step).mid()
            if largest <= 1e-100:
                break
        else:
            raise AssertionError("Newton's method does not converge")
    logarithms = [float(abs(entry).log().mid()) / np.log(10) if entry != 0 else -np.inf for entry in beta]
    return np.array([float(entry.mid()) for entry in beta]), np.array(logarithms)
