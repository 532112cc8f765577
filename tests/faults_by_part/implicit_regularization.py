"""Faults for the pages of ``book/implicit-regularization``."""

from .fault import Fault

FAULTS = [
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
    # Nothing moves from zero weights.
    Fault("margins/mistakes.py", "if example @ weights <= 0", "if example @ weights < 0", "perceptron"),
    # Another constant coordinate.
    Fault("margins/mistakes.py", "radius * y]) if bias", "9 * radius * y]) if bias", "perceptron"),
    # Half of each example.
    Fault("margins/mistakes.py", "weights += example", "weights += example / 2", "perceptron"),
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
]
