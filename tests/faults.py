"""One-line faults of the library, each of which must turn a chapter red: wrong signs, factors, transposes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """In ``lib/implicit_bias/<file>`` the text ``old``, which stands there once, becomes ``new``.

    ``chapter`` is a name such as ``depth``, or ``part/depth`` where two parts have one.
    """

    file: str
    old: str
    new: str
    chapter: str


FAULTS = [
    # A wrong sign: away from the start instead of towards the minimiser nearest to it.
    Fault("least_squares.py", "/ sigma - Vt @ start", "/ sigma + Vt @ start", "minimum-norm"),
    # The transpose in the place of the pseudoinverse.
    Fault("least_squares.py", "way = U.T @ y / sigma", "way = U.T @ y * sigma", "minimum-norm"),
    # Half the threshold for step sizes.
    Fault("least_squares.py", "return 2 / float(sigma[0])", "return 1 / float(sigma[0])", "minimum-norm"),
    # Overshooting without changing sides.
    Fault("least_squares.py", "negative = (rate > 1)", "negative = (rate < 1)", "minimum-norm"),
    # Twice the penalty.
    Fault("least_squares.py", "(eigenvalues + penalty)", "(eigenvalues + 2 * penalty)", "row-space"),
    # The solution of the problem after scaling.
    Fault("baselines.py", "x = size * unknown.value", "x = unknown.value", "minimum-norm"),
    # Independent examples where dependent ones were asked for.
    Fault("data.py", "maximum=min(n, d))", "maximum=min(n, d)) + 5", "minimum-norm"),
    # One step too many.
    Fault("least_squares.py", "log_power = exponent *", "log_power = (exponent + 1) *", "row-space"),
    # The transpose in the place of the pseudoinverse, where the shortest interpolator is a filter.
    Fault("least_squares.py", "way = U.T @ y / sigma", "way = U.T @ y * sigma", "row-space"),
    # Half the threshold, beyond which no momentum helps.
    Fault("least_squares.py", "return 2 / float(sigma[0])", "return 1 / float(sigma[0])", "row-space"),
    # The scale of the start enters squared.
    Fault(
        "diagonal.py", "log_alphas = 2 * np.log(alphas)", "log_alphas = np.log(alphas)", "quadratic-parameterization"
    ),
    # The reciprocal start in the relative entropy.
    Fault("baselines.py", "1 + np.log(start / size)", "1 - np.log(start / size)", "quadratic-parameterization"),
    # Weights that shrink where they should grow.
    Fault(
        "diagonal.py", "np.exp(log_start + exponents)", "np.exp(log_start - exponents)", "quadratic-parameterization"
    ),
    # Half the gradient.
    Fault("diagonal.py", "change = 4 * step", "change = 2 * step", "sparse-recovery"),
    # Uphill.
    Fault("diagonal.py", "weight *= 1 - sign * change", "weight *= 1 + sign * change", "sparse-recovery"),
    # Half the speed of the flow.
    Fault("diagonal.py", "speed = 8 * sigma**2", "speed = 4 * sigma**2", "sparse-recovery"),
]
