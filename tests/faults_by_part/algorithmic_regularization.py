"""Faults for the pages of ``book/algorithmic-regularization``."""

from .fault import Fault

FAULTS = [
    # A wrong sign: away from the start instead of towards the minimizer nearest to it.
    Fault("least_squares.py", "- self.Vt @ shifted(start", "+ self.Vt @ shifted(start", "minimum-norm"),
    # The transpose in the place of the pseudoinverse.
    Fault("least_squares.py", "goal = U.T @ y / sigma", "goal = U.T @ y * sigma", "minimum-norm"),
    # Half the threshold for step sizes.
    Fault("least_squares.py", '"X", 2 / sigma**2', '"X", 1 / sigma**2', "minimum-norm"),
    # Overshooting without changing sides.
    Fault(
        "least_squares.py",
        "np.where(negative, 1 + np.exp(log_power), -np.expm1(log_power))",
        "-np.expm1(log_power)",
        "minimum-norm",
    ),
    # The solution of the problem after scaling.
    Fault("baselines/shortest.py", "(equations, size * z,", "(equations, z,", "minimum-norm"),
    # Independent examples where dependent ones were asked for.
    Fault("data.py", "maximum=min(n, d))", "maximum=min(n, d)) + 5", "minimum-norm"),
    # Twice the penalty.
    Fault("least_squares.py", "+ shifted(mantissa", "+ 2 * shifted(mantissa", "row-space"),
    # One step too many.
    Fault("least_squares.py", "log_power = exponent *", "log_power = (exponent + 1) *", "row-space"),
    # Twice as far along each direction, where the shortest interpolator is a filter.
    Fault("least_squares.py", "goal = U.T @ y / sigma", "goal = 2 * U.T @ y / sigma", "row-space"),
    # Half the threshold, beyond which no momentum helps.
    Fault("least_squares.py", '"X", 2 / sigma**2', '"X", 1 / sigma**2', "row-space"),
    # The scale of the start enters squared.
    Fault("diagonal/equations.py", "depth * np.log(alpha)", "np.log(alpha)", "quadratic-parameterization"),
    # The shape enters squared.
    Fault("baselines/entropic.py", "+ np.log(np.abs(shape))", "- np.log(np.abs(shape))", "quadratic-parameterization"),
    # Weights that shrink where they should grow.
    Fault(
        "diagonal/exponential.py", "self.origin + position)", "self.origin - position)", "quadratic-parameterization"
    ),
    # Half the speed of the flow: another unit of time.
    Fault("diagonal/flow.py", "speed = np.log(8)", "speed = np.log(4)", "lasso-path"),
    # The scale of the start does not enter as often as the weights.
    Fault("diagonal/equations.py", "depth * np.log(alpha)", "2 * np.log(alpha)", "lasso-path"),
    # A factor two in the sum that basis pursuit makes small.
    Fault("diagonal/exponential.py", "self.origin + position)", "self.origin - position)", "lasso-path"),
    # Half the gradient.
    Fault("diagonal/descent.py", "change = 2 * depth * step", "change = depth * step", "sparse-recovery"),
    # Uphill.
    Fault("diagonal/descent.py", "plus -= forces[0]", "plus += forces[0]", "sparse-recovery"),
    # Half the speed of the flow.
    Fault("diagonal/flow.py", "speed = np.log(8)", "speed = np.log(4)", "sparse-recovery"),
    # Half the speed of the flow, where the race is timed.
    Fault("diagonal/flow.py", "speed = np.log(8)", "speed = np.log(4)", "few-examples"),
    # The scale of the start enters the flow once, where it should be squared.
    Fault("diagonal/flow.py", "log_scale = depth * np.log(alpha)", "log_scale = np.log(alpha)", "few-examples"),
    # Half the gradient, where a wrong coordinate is late to be corrected.
    Fault("diagonal/descent.py", "change = 2 * depth * step", "change = depth * step", "few-examples"),
    # Half the speed of the flow, where clocks are compared.
    Fault("diagonal/flow.py", "speed = np.log(8)", "speed = np.log(4)", "recovery-limits"),
    # Half the gradient, where times of arrival are predicted.
    Fault("diagonal/descent.py", "change = 2 * depth * step", "change = depth * step", "recovery-limits"),
    # The scale of the start enters squared.
    Fault("diagonal/equations.py", "depth * np.log(alpha)", "np.log(alpha)", "recovery-limits"),
]
