"""Faults for the pages of ``book/beyond-the-lazy-regime``."""

from .fault import Fault

FAULTS = [
    # An optimum at half of its distance.
    Fault("least_squares.py", "goal = U.T @ y / sigma", "goal = U.T @ y / sigma / 2", "lazy-training"),
    # The linear model goes half of its way.
    Fault("two_layer/kernel.py", "Network(-2 * hidden, -2 * outer)", "Network(-hidden, -outer)", "lazy-training"),
    # Only the outer weights learn.
    Fault("two_layer/descent.py", "hidden - step * slopes[0]", "hidden - 0 * slopes[0]", "lazy-training"),
    # Up instead of down.
    Fault("matrix_sensing/descent.py", "return U + step * ((G", "return U - step * ((G", "spectral-bias"),
    # Twice the step.
    Fault("matrix_sensing/descent.py", "(1 + step * eigenvalues)", "(1 + 2 * step * eigenvalues)", "spectral-bias"),
    # Off-diagonal entries count once in inner products.
    Fault("matrix_sensing/operators.py", "1.0, np.sqrt(2))", "1.0, 1.0)", "spectral-bias"),
    # The number of measurements, not its root.
    Fault(
        "matrix_sensing/operators.py", "np.sqrt(self._half.size / self.n)", "self._half.size / self.n", "spectral-bias"
    ),
    # The last directions for the leading ones.
    Fault("matrix_sensing/subspaces.py", "leading = left[:, :", "leading = left[:, -", "spectral-bias"),
    # Half the step: every phase takes twice as long.
    Fault("matrix_sensing/descent.py", "U + step * ((G", "U + step / 2 * ((G", "three-phases"),
    # The angle of all left singular vectors that there are.
    Fault("matrix_sensing/subspaces.py", "left[:, : basis.shape[1]]", "left", "three-phases"),
    # Measurements that are too small on average.
    Fault("matrix_sensing/operators.py", "self._factor * dct(", "dct(", "three-phases"),
    # A sum of Gram matrices.
    Fault("matrix_sensing/subspaces.py", "U.T @ U - V.T @ V,", "U.T @ U + V.T @ V,", "balancedness"),
    # The transpose forgotten: a corner of the wrong sign.
    Fault("matrix_sensing/subspaces.py", "[A.T, np.zeros((columns", "[-A.T, np.zeros((columns", "balancedness"),
    # The second factor takes half of a step.
    Fault("matrix_sensing/descent.py", "V + step * (G.T @ U)", "V + step / 2 * (G.T @ U)", "balancedness"),
    # Half the speed: a time that is not that of the loss.
    Fault("factorization.py", "(2 * self.residuals(weights)", "(self.residuals(weights)", "final-error"),
    # A wrong sign: uphill.
    Fault(
        "matrix_sensing/descent.py",
        "adjoint(y - operator.measure(product))",
        "adjoint(operator.measure(product) - y)",
        "final-error",
    ),
    # The sum of all entries in the place of the trace.
    Fault("baselines/nuclear.py", "cvxpy.trace(unknown) if psd", "cvxpy.sum(unknown) if psd", "final-error"),
    # Half spaces on the wrong side of their border.
    Fault("two_layer/first_step.py", "hidden.T + biases >= 0", "hidden.T - biases >= 0", "learning-polynomials"),
    # The linear part doubled in the place of taken out.
    Fault("two_layer/first_step.py", "centred - X @", "centred + X @", "learning-polynomials"),
    # A sum over the examples for a mean.
    Fault("two_layer/first_step.py", "* X) / len(y)", "* X)", "learning-polynomials"),
    # The step is not done.
    Fault("two_layer/first_step.py", "Features(gradients / length", "Features(directions", "feature-learning"),
    # No biases: nothing odd but linear functions.
    Fault("two_layer/first_step.py", "hidden.T + self.biases, 0)", "hidden.T, 0)", "feature-learning"),
    # Only the hidden weights have gradients.
    Fault("two_layer/kernel.py", "same] += first @ second.T", "same] += 0 * first @ second.T", "feature-learning"),
]
