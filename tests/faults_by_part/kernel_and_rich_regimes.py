"""Faults for the pages of ``book/kernel-and-rich-regimes``."""

from .fault import Fault

FAULTS = [
    # Half the speed of the flow of ν.
    Fault("diagonal/flow.py", "speed = np.log(8)", "speed = np.log(4)", "diagonal-networks"),
    # The scale of the start enters once, not twice.
    Fault("diagonal/equations.py", "depth * np.log(alpha)", "np.log(alpha)", "diagonal-networks"),
    # The potential without its second term.
    Fault("diagonal/potential.py", "z * u - 4 * np.sinh(u / 2) ** 2", "z * u", "diagonal-networks"),
    # Half the speed of the flow, where it is compared with the linear model.
    Fault("diagonal/flow.py", "speed = np.log(8)", "speed = np.log(4)", "tangent-kernel"),
    # The shape of the start counts twice.
    Fault("diagonal/network.py", "logs = np.log(np.abs(shape))", "logs = 2 * np.log(np.abs(shape))", "tangent-kernel"),
    # Another linear model to follow.
    Fault("least_squares.py", "goal = U.T @ y / sigma", "goal = U.T @ y * sigma", "tangent-kernel"),
    # The scale of the start enters once, not twice.
    Fault("diagonal/equations.py", "depth * np.log(alpha)", "np.log(alpha)", "how-small-is-small"),
    # The solution of the problem after scaling.
    Fault("baselines/shortest.py", "(equations, size * z,", "(equations, z,", "how-small-is-small"),
    # The scale of the start enters three times.
    Fault("diagonal/equations.py", "depth * np.log(alpha)", "3 * np.log(alpha)", "how-small-is-small"),
    # The scale of the start enters once, where examples are counted.
    Fault("diagonal/equations.py", "depth * np.log(alpha)", "np.log(alpha)", "how-many-examples"),
    # Uphill, where a run is stopped early.
    Fault("diagonal/descent.py", "plus -= forces[0]", "plus += forces[0]", "how-many-examples"),
    # An interpolator that is not the shortest.
    Fault("least_squares.py", "goal = U.T @ y / sigma", "goal = U.T @ y * sigma", "how-many-examples"),
    # Half the speed of the flow between walls.
    Fault("diagonal/flow.py", "np.log(2 * depth * (depth - 2))", "np.log(depth * (depth - 2))", "depth"),
    # Walls that move with another power of the shape.
    Fault("diagonal/power.py", "np.exp((2 - depth) * logs)", "np.exp((1 - depth) * logs)", "depth"),
    # The scale of the start enters twice, at every depth.
    Fault("diagonal/equations.py", "depth * np.log(alpha)", "2 * np.log(alpha)", "depth"),
    # The potential with twice the integral.
    Fault("diagonal/potential.py", "size * s - integral", "size * s - 2 * integral", "what-depth-prefers"),
    # Walls that move with another power of the shape.
    Fault("diagonal/power.py", "np.exp((2 - depth) * logs)", "np.exp((1 - depth) * logs)", "what-depth-prefers"),
    # The scale of the start enters twice, at every depth.
    Fault("diagonal/equations.py", "depth * np.log(alpha)", "2 * np.log(alpha)", "what-depth-prefers"),
    # Half the speed of the flow of ν, by which its clock is set.
    Fault("diagonal/flow.py", "speed = np.log(8)", "speed = np.log(4)", "saddle-to-saddle"),
    # Half the speed of the flow between walls.
    Fault("diagonal/flow.py", "np.log(2 * depth * (depth - 2))", "np.log(depth * (depth - 2))", "saddle-to-saddle"),
    # Walls that move with another power of the shape.
    Fault("diagonal/power.py", "np.exp((2 - depth) * logs)", "np.exp((1 - depth) * logs)", "saddle-to-saddle"),
    # A product that grows with its width.
    Fault("factorization.py", "/ width**0.25", "/ width**0.125", "width"),
    # Half the speed.
    Fault("factorization.py", "(2 * self.residuals(weights)", "(self.residuals(weights)", "width"),
    # One factor is slower than the other.
    Fault(
        "factorization.py",
        "return -np.vstack([pulled @ both[self.rows :], pulled.T @ both",
        "return -np.vstack([pulled @ both[self.rows :], 0.9 * pulled.T @ both",
        "width",
    ),
    # Factors of another width, and with other inner products.
    Fault("factorization.py", 'both = np.linalg.qr(both.T, mode="r").T', "both = both[:, : len(both)]", "width"),
    # Multipliers of entries that are zero but for rounding, a penalty that is twice as high, no pseudoinverse.
    Fault("baselines/shortest.py", "max(other, nu, key=bound)", "other", "infinite-width"),
    Fault(
        "baselines/penalized.py",
        'restored("penalty", shifted(weights, -c)',
        'restored("penalty", shifted(weights, 1 - c)',
        "infinite-width",
    ),
    Fault("least_squares.py", "goal = U.T @ y / sigma", "goal = U.T @ y * sigma", "infinite-width"),
    # Copies that cancel other units.
    Fault("two_layer/network.py", "np.vstack([outer, -outer])", "np.vstack([outer, -outer[::-1]])", "real-networks"),
    # A kernel without the outer weights.
    Fault("two_layer/kernel.py", "same] += first @ second.T", "same] += 0 * first @ second.T", "real-networks"),
    # Half the way of the linear model.
    Fault("two_layer/kernel.py", "Network(-2 * hidden, -2 * outer)", "Network(-hidden, -outer)", "real-networks"),
    # A loss in the unit of the labels.
    Fault("two_layer/descent.py", "left / norm(y) ** 2, taken", "left / norm(y), taken", "real-networks"),
    # Labels of other images.
    Fault("images.py", "labels[order]", "labels", "real-networks"),
]
