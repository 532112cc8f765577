"""Faults for the pages of ``book/noise-and-margins``."""

from .fault import Fault

FAULTS = [
    # The transpose in the place of the pseudoinverse.
    Fault("least_squares.py", "goal = U.T @ y / sigma", "goal = U.T @ y * sigma", "geometry"),
    # Half the threshold for step sizes.
    Fault("least_squares.py", '"X", 2 / sigma**2', '"X", 1 / sigma**2', "geometry"),
    # One step too many.
    Fault("least_squares.py", "log_power = exponent *", "log_power = (exponent + 1) *", "geometry"),
    # Twice the penalty.
    Fault("least_squares.py", "+ shifted(mantissa", "+ 2 * shifted(mantissa", "double-descent"),
    # The root of the singular value for the singular value.
    Fault("least_squares.py", "goal = U.T @ y / sigma", "goal = U.T @ y / sigma**0.5", "double-descent"),
    # Twice the shortest solution.
    Fault("least_squares.py", "np.ones_like(components.sigma)", "2 * np.ones_like(components.sigma)", "double-descent"),
    # The product in the wrong order, without its last layer, and a sum of what balances.
    Fault(
        "linear_networks.py",
        "lambda below, layer: layer @ below, layers)",
        "lambda below, layer: below @ layer, layers)",
        "no-norm",
    ),
    Fault(
        "linear_networks.py",
        "lambda below, layer: layer @ below, layers)",
        "lambda below, layer: layer @ below, layers[-1:])",
        "no-norm",
    ),
    Fault(
        "linear_networks.py", "after.T @ after - before @ before.T", "after.T @ after + before @ before.T", "no-norm"
    ),
    # Uphill.
    Fault("noise/sgd.py", "theta - size * slope", "theta + size * slope", "stochastic-gradients"),
    # The first step for all.
    Fault(
        "noise/sgd.py",
        "np.broadcast_to(steps, len(samples))",
        "np.full(len(samples), steps.flat[0])",
        "stochastic-gradients",
    ),
    # Half the step.
    Fault("noise/sgd.py", "theta - size * slope", "theta - size / 2 * slope", "stochastic-gradients"),
    # A start that is a product of weights, and not of their squares.
    Fault(
        "diagonal/exponential.py",
        "return cls(plus + minus, plus - minus, False)",
        "return cls(plus, plus - minus, False)",
        "stochastic-gradients",
    ),
    # The noise is half as large.
    Fault("noise/label_noise.py", "sigma * (2.0 *", "sigma / 2 * (2.0 *", "label-noise"),
    # The sum of the examples, not their mean.
    Fault("noise/label_noise.py", "step / size * np.matmul", "step * np.matmul", "label-noise"),
    # Up instead of down.
    Fault("noise/label_noise.py", "theta = theta - step", "theta = theta + step", "label-noise"),
    # The sign as it is printed in the lecture.
    Fault("noise/label_noise.py", "-np.log1p(-shares)", "np.log1p(-shares)", "label-noise"),
    # Steps of twice the size in the logarithm.
    Fault("noise/label_noise.py", "shares = step / 2 *", "shares = step *", "label-noise"),
    # The largest margin is made 1, not the smallest.
    Fault(
        "baselines/variation.py",
        "outer = outer / np.min(margins)",
        "outer = outer / np.max(margins)",
        "function-space-margins",
    ),
    # Away from the faces instead of onto them.
    Fault("baselines/variation.py", "places -= np.einsum", "places += np.einsum", "function-space-margins"),
    # All units of a sign are one.
    Fault(
        "baselines/variation.py", "A.T > FLAT * norm(A, axis=1)", "A.T > 99 * norm(A, axis=1)", "function-space-margins"
    ),
]
