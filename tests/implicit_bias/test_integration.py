"""An integrator that goes on with what is no number is found out: LSODA has been seen to call that a success."""

import numpy as np
import pytest
from scipy.integrate import LSODA

from implicit_bias import ConvergenceError, data, diagonal, factorization, linear_networks, margins

X, y = data.gaussian_regression(n=3, d=5, seed=0).xy
WEIGHTS = [np.eye(5), 0.1 * np.ones((1, 5))]
FLOWS = {
    "diagonal": lambda: diagonal.gradient_flow(X, y, 0.1, [1.0, 30.0]),
    "linear network": lambda: linear_networks.gradient_flow(X, y[:, np.newaxis], WEIGHTS, [1.0, 30.0]),
    "margins": lambda: margins.gradient_flow(X, np.sign(y), [1.0, 30.0]),
    "factorization": lambda: factorization.limit(X.reshape(3, 5, 1), y, 0.1 * np.ones((5, 2)), 0.1 * np.ones((1, 2))),
}


@pytest.mark.parametrize("name", FLOWS)
def test_no_number_is_no_success(name, monkeypatch):
    FLOWS[name]()  # which is well without the fault
    step = LSODA._step_impl

    def failing(self):
        success = step(self)
        if self.t > 0.5:
            self.y = np.full_like(self.y, np.nan)
        return success

    monkeypatch.setattr(LSODA, "_step_impl", failing)
    with pytest.raises(ConvergenceError):
        FLOWS[name]()
