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
    # A wrong sign: away from the start instead of towards the minimiser nearest to it.
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
    # Twice the penalty.
    Fault("least_squares.py", "+ shifted(mantissa", "+ 2 * shifted(mantissa", "row-space"),
    # The solution of the problem after scaling.
    Fault("baselines/shortest.py", "(equations, size * z,", "(equations, z,", "minimum-norm"),
    # Independent examples where dependent ones were asked for.
    Fault("data.py", "maximum=min(n, d))", "maximum=min(n, d)) + 5", "minimum-norm"),
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
    # Half the speed of the flow of ν.
    Fault("diagonal/flow.py", "speed = np.log(8)", "speed = np.log(4)", "diagonal-networks"),
    # The scale of the start enters once, not twice.
    Fault("diagonal/equations.py", "depth * np.log(alpha)", "np.log(alpha)", "diagonal-networks"),
    # The potential without its second term.
    Fault("diagonal/potential.py", "return z * u - 4 * np.sinh(u / 2) ** 2", "return z * u", "diagonal-networks"),
    # Half the speed of the flow, where it is compared with the linear model.
    Fault("diagonal/flow.py", "speed = np.log(8)", "speed = np.log(4)", "tangent-kernel"),
    # The scale of the start enters once, not twice.
    Fault("diagonal/equations.py", "depth * np.log(alpha)", "np.log(alpha)", "tangent-kernel"),
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
    # The transpose is missing.
    Fault("factorization.py", "pulled.T @ both", "pulled @ both", "width"),
    # Factors of another width, and with other inner products.
    Fault("factorization.py", 'both = np.linalg.qr(both.T, mode="r").T', "both = both[:, : len(both)]", "width"),
    # Two copies that add up instead of cancelling.
    Fault("two_layer/network.py", "np.vstack([outer, -outer])", "np.vstack([outer, outer])", "real-networks"),
    # A kernel without the outer weights.
    Fault("two_layer/kernel.py", "same] += first @ second.T", "same] += 0 * first @ second.T", "real-networks"),
    # Half the way of the linear model.
    Fault("two_layer/kernel.py", "Network(-2 * hidden, -2 * outer)", "Network(-hidden, -outer)", "real-networks"),
    # Only the outer weights learn.
    Fault("two_layer/descent.py", "hidden - step * slopes[0]", "hidden - 0 * slopes[0]", "real-networks"),
    # Half spaces on the wrong side of their border.
    Fault("two_layer/first_step.py", "hidden.T + biases >= 0", "hidden.T - biases >= 0", "learning-polynomials"),
    # The linear part doubled in the place of taken out.
    Fault("two_layer/first_step.py", "centred - X @", "centred + X @", "learning-polynomials"),
    # A sum over the examples for a mean.
    Fault("two_layer/first_step.py", "* X) / len(y)", "* X)", "learning-polynomials"),
    # Labels of other images.
    Fault("images.py", "labels[order]", "labels", "real-networks"),
    # Time twice as fast.
    Fault("least_squares.py", "-np.expm1(-rate)", "-np.expm1(-2 * rate)", "early-stopping"),
    # Twice the penalty.
    Fault("least_squares.py", "+ shifted(mantissa", "+ 2 * shifted(mantissa", "early-stopping"),
    # One step too many.
    Fault("least_squares.py", "log_power = exponent *", "log_power = (exponent + 1) *", "early-stopping"),
    # Twice the penalty.
    Fault("least_squares.py", "+ shifted(mantissa", "+ 2 * shifted(mantissa", "source-conditions"),
    # One step too many.
    Fault("least_squares.py", "log_power = exponent *", "log_power = (exponent + 1) *", "source-conditions"),
    # The root of the singular value for the singular value.
    Fault("least_squares.py", "goal = U.T @ y / sigma", "goal = U.T @ y / sigma**0.5", "source-conditions"),
    # Nothing moves from zero weights.
    Fault("margins/mistakes.py", "if example @ weights <= 0", "if example @ weights < 0", "perceptron"),
    # Another constant coordinate.
    Fault("margins/mistakes.py", "radius * y]) if bias", "9 * radius * y]) if bias", "perceptron"),
    # Half of each example.
    Fault("margins/mistakes.py", "weights += example", "weights += example / 2", "perceptron"),
    # Half the gradient in the first layer.
    Fault("linear_networks.py", "above = layer.T @ above", "above = layer.T @ above / 2", "linear-networks"),
    # The other sign in the mixed second derivatives.
    Fault("linear_networks.py", 'mixed += np.einsum("ki,', 'mixed -= np.einsum("ki,', "linear-networks"),
    # A sum, which the flow does not conserve.
    Fault("linear_networks.py", "after.T @ after - before", "after.T @ after + before", "linear-networks"),
    # Steps of half the size.
    Fault("linear_networks.py", "layer - step * slope", "layer - step / 2 * slope", "linear-networks"),
    # Twice the gradient: all is learnt in half the time.
    Fault("linear_networks.py", "(X @ below[-1].T - Y).T @ X", "2 * (X @ below[-1].T - Y).T @ X", "singular-modes"),
    # Up instead of down in all layers but the last.
    Fault("linear_networks.py", "above = layer.T @ above", "above = -layer.T @ above", "singular-modes"),
    # A product that doubles with each layer after the first.
    Fault("linear_networks.py", "layer: layer @ below", "layer: 2 * layer @ below", "singular-modes"),
    # Ridge regression with twice the penalty.
    Fault("least_squares.py", "+ shifted(mantissa", "+ 2 * shifted(mantissa", "singular-modes"),
    # The velocity without the factor t.
    Fault("margins/flow.py", "exponent = moment - (", "exponent = 0 * moment - (", "max-margin"),
    # The exponential loss in the place of the logistic one.
    Fault("margins/flow.py", "np.logaddexp(0, margins) if self.loss", "margins if self.loss", "max-margin"),
    # A step that goes up.
    Fault("margins/steps.py", "weights = weights + step", "weights = weights - step", "max-margin"),
    # Twice the step.
    Fault("margins/steps.py", "path[t] + size * (1", "path[t] + 2 * size * (1", "other-margins"),
    # Signs of the weights for signs of the slope.
    Fault("margins/steps.py", "return np.sign(slope)", "return np.sign(np.abs(slope))", "other-margins"),
    # The flattest coordinate.
    Fault("margins/steps.py", "first = np.argmax(", "first = np.argmin(", "other-margins"),
    # The loss of twice the margins.
    Fault("margins/flow.py", "(np.logaddexp(0, margins) if", "(np.logaddexp(0, 2 * margins) if", "last-error"),
    # Half of each multiplier.
    Fault("baselines/margins.py", '"X", dual, -exponent', '"X", dual / 2, -exponent', "last-error"),
    # Twice the shortest vector.
    Fault("baselines/margins.py", 'restored("X", w, -exponent', 'restored("X", 2 * w, -exponent', "last-error"),
    # An optimum at half of its distance.
    Fault("least_squares.py", "goal = U.T @ y / sigma", "goal = U.T @ y / sigma / 2", "lazy-training"),
    # The linear model goes half of its way.
    Fault("two_layer/kernel.py", "Network(-2 * hidden, -2 * outer)", "Network(-hidden, -outer)", "lazy-training"),
    # Only the outer weights learn.
    Fault("two_layer/descent.py", "hidden - step * slopes[0]", "hidden - 0 * slopes[0]", "lazy-training"),
    # A sum of Gram matrices.
    Fault("matrix_sensing/subspaces.py", "return U.T @ U - V.T @ V", "return U.T @ U + V.T @ V", "balancedness"),
    # The transpose forgotten: a corner of the wrong sign.
    Fault("matrix_sensing/subspaces.py", "[A.T, np.zeros((columns", "[-A.T, np.zeros((columns", "balancedness"),
    # The second factor takes half of a step.
    Fault("matrix_sensing/descent.py", "V + step * (G.T @ U)", "V + step / 2 * (G.T @ U)", "balancedness"),
    # Half the step: every phase takes twice as long.
    Fault("matrix_sensing/descent.py", "U + step * ((G", "U + step / 2 * ((G", "three-phases"),
    # The angle of all left singular vectors that there are.
    Fault("matrix_sensing/subspaces.py", "left[:, : basis.shape[1]]", "left", "three-phases"),
    # Measurements that are too small on average.
    Fault("matrix_sensing/operators.py", "self._factor * dct(", "dct(", "three-phases"),
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
    # Multipliers of entries that are zero but for rounding, a penalty that is twice as high, no pseudoinverse.
    Fault("baselines/shortest.py", "max(other, nu, key=bound)", "other", "infinite-width"),
    Fault(
        "baselines/penalised.py",
        'restored("penalty", shifted(weights, -c)',
        'restored("penalty", shifted(weights, 1 - c)',
        "infinite-width",
    ),
    Fault("least_squares.py", "goal = U.T @ y / sigma", "goal = U.T @ y * sigma", "infinite-width"),
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
    # The step is not done.
    Fault("two_layer/first_step.py", "Features(gradients / length", "Features(directions", "feature-learning"),
    # No biases: nothing odd but linear functions.
    Fault("two_layer/first_step.py", "hidden.T + self.biases, 0)", "hidden.T, 0)", "feature-learning"),
    # Only the hidden weights have gradients.
    Fault("two_layer/kernel.py", "same] += first @ second.T", "same] += 0 * first @ second.T", "feature-learning"),
    # The transpose in the place of the pseudoinverse.
    Fault("least_squares.py", "goal = U.T @ y / sigma", "goal = U.T @ y * sigma", "geometry"),
    # Half the threshold for step sizes.
    Fault("least_squares.py", '"X", 2 / sigma**2', '"X", 1 / sigma**2', "geometry"),
    # One step too many.
    Fault("least_squares.py", "log_power = exponent *", "log_power = (exponent + 1) *", "geometry"),
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
    # Twice the penalty.
    Fault("least_squares.py", "+ shifted(mantissa", "+ 2 * shifted(mantissa", "double-descent"),
    # The root of the singular value for the singular value.
    Fault("least_squares.py", "goal = U.T @ y / sigma", "goal = U.T @ y / sigma**0.5", "double-descent"),
    # Twice the shortest solution.
    Fault("least_squares.py", "np.ones_like(components.sigma)", "2 * np.ones_like(components.sigma)", "double-descent"),
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
