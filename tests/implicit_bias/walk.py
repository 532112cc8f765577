"""Every public function: how to call it, and of what kind each argument is.

A new public function without an entry, or an argument without a kind, fails in ``test_bad_input``.
"""

import inspect

import numpy as np
from entries import (
    DUAL,
    HIDDEN,
    MEASUREMENTS,
    NETWORK,
    OUTPUTS,
    SHAPE,
    START,
    Entry,
    X,
    Y,
    answered,
    depth_two,
    diagonal,
    factors,
    labelled,
    layered,
    network,
    quadratic,
    regression,
    sizes,
    spanned,
)

import implicit_bias

WALK = {
    "least_squares.min_norm": regression(),
    "least_squares.spectral_filter": regression(filter=np.sqrt, kinds={"filter": "function"}),
    "least_squares.ridge": regression(penalty=2, kinds={"penalty": "positives"}),
    "least_squares.step_threshold": Entry({"X": X}, {"X": "matrix"}),
    "least_squares.gradient_descent": regression(
        step=0.1,
        steps=[0, 3],
        start=START,
        kinds={"step": "positive", "steps": "steps", "start": "vector"},
        optional={"start"},
    ),
    "least_squares.gradient_flow": regression(
        times=np.array([0.0, 3.0]),
        start=START,
        kinds={"times": "times", "start": "vector"},
        optional={"start"},
    ),
    "diagonal.gradient_descent": diagonal(
        alpha=np.array([1.0, 2.0]),
        step=0.001,
        steps=[0, 3],
        kinds={"alpha": "positives", "step": "positive", "steps": "steps"},
    ),
    "diagonal.gradient_flow": diagonal(
        alpha=np.array([2.0]), times=np.array([0.0, 3.0]), kinds={"alpha": "positives", "times": "moments"}
    ),
    "diagonal.solve": diagonal(alpha=0.1, start=None, kinds={"alpha": "positive", "y": "targets", "start": "limit"}),
    "diagonal.limit": diagonal(alpha=0.1, kinds={"alpha": "positive", "y": "targets"}),
    "diagonal.path": diagonal(alphas=np.array([1.0, 2.0]), kinds={"alphas": "positives"}),
    "diagonal.potential": Entry({"z": X, "depth": 3}, {"z": "numbers", "depth": "depth"}),
    "diagonal.entropy": Entry(
        {"theta": START, "start": abs(SHAPE)}, {"theta": "nonnegative vector", "start": "positives"}
    ),
    "baselines.min_l2": regression(),
    "baselines.basis_pursuit": regression(nonnegative=True, kinds={"nonnegative": "boolean"}),
    "baselines.lasso": regression(penalty=2, kinds={"penalty": "positives"}),
    "baselines.diagonal_limit": depth_two(alpha=0.5, kinds={"alpha": "positives"}),
    "baselines.hard_margin_svm": labelled(bias=False, norm=1, kinds={"bias": "boolean", "norm": "norm"}),
    "baselines.variation_margin": labelled(),
    "baselines.nuclear_norm": Entry(
        {"measurements": MEASUREMENTS[:, :, :2], "y": Y, "psd": False},
        {"measurements": "solid measurements", "y": "vector", "psd": "boolean"},
    ),
    "certify.min_norm": answered(),
    "certify.ridge": answered(penalty=2, kinds={"penalty": "positive"}),
    "certify.basis_pursuit": answered(dual=DUAL, nonnegative=True, kinds={"nonnegative": "boolean"}),
    "certify.lasso": answered(penalty=2, dual=DUAL, kinds={"penalty": "positive"}, optional={"dual"}),
    "certify.hard_margin_svm": labelled(
        x=START, dual=DUAL, bias=0.5, norm=1, kinds={"bias": "number", "norm": "norm"}, optional={"bias"}
    ),
    "certify.variation_margin": labelled(
        x=np.array([1.0, -2.0, 3.0]),
        dual=DUAL,
        hidden=np.array([[1.0, 1, 2], [-1, 1, 0], [0, -1, 1]]),
        kinds={"hidden": "inputs"},
    ),
    "certify.nuclear_norm": Entry(
        {"measurements": MEASUREMENTS[:, :, :2], "y": Y, "x": X[:, :2], "dual": DUAL, "psd": False},
        {"measurements": "solid measurements", "y": "vector", "x": "matrix", "dual": "vector", "psd": "boolean"},
    ),
    "certify.diagonal_limit": diagonal(
        alpha=0.5, x=START, dual=DUAL, kinds={"alpha": "positive", "x": "vector", "dual": "vector"}
    ),
    "certify.potential": answered(gradient=np.sqrt, dual=DUAL, kinds={"gradient": "function"}),
    "data.gaussian_regression": sizes(
        n=3,
        d=4,
        rank=2,
        noise=0.5,
        seed=0,
        kinds={"noise": "nonnegative"},
        optional={"rank"},
        too_large={"rank": 4},
    ),
    "data.sparse_regression": sizes(
        n=3,
        d=4,
        sparsity=2,
        noise=0.5,
        signed=True,
        seed=0,
        kinds={"noise": "nonnegative", "signed": "boolean"},
        too_large={"sparsity": 5},
    ),
    "data.separable": sizes(n=3, d=4, margin=0.5, seed=0, kinds={"margin": "positive"}),
    "data.low_rank_sensing": sizes(size=4, rank=2, measurements=3, seed=0, too_large={"rank": 5}),
    "data.multi_index": sizes(
        n=3,
        d=4,
        directions=2,
        link=lambda z: z.sum(axis=1),
        seed=0,
        kinds={"link": "function"},
        too_large={"directions": 5},
    ),
    "factorization.random_start": sizes(size=3, width=2, scale=0.5, seed=0, kinds={"scale": "positive"}),
    "factorization.narrowed": factors(),
    "factorization.gradient_flow": factors(
        measurements=MEASUREMENTS, y=Y, times=np.array([0.0, 3.0]), kinds={"times": "moments"}
    ),
    "factorization.limit": factors(
        measurements=MEASUREMENTS,
        y=Y,
        residual=0.01,
        longest=1e3,
        kinds={"residual": "positive", "longest": "positive"},
    ),
    "linear_networks.product": layered(),
    "linear_networks.conserved": layered(),
    "linear_networks.gradient": layered(X=X, Y=Y[:, np.newaxis]),
    "linear_networks.hessian": layered(X=X, Y=Y[:, np.newaxis], kinds={"weights": "two layers"}),
    "linear_networks.gradient_flow": layered(
        X=X, Y=Y[:, np.newaxis], times=np.array([0.0, 3.0]), kinds={"times": "moments"}
    ),
    "linear_networks.gradient_descent": layered(
        X=X, Y=Y[:, np.newaxis], step=0.01, steps=[0, 3], kinds={"step": "positive", "steps": "steps"}
    ),
    "matrix_sensing.gradient_descent": factors(
        operator=implicit_bias.matrix_sensing.GaussianOperator((2, 3), 2, seed=0),
        y=Y,
        step=0.1,
        steps=[0, 3],
        kinds={"operator": "operator", "y": "vector", "step": "positive", "steps": "steps", "V": "second factor"},
        optional={"V"},
    ),
    "matrix_sensing.power_method": Entry(
        {"Z": np.array([[1.0, 2.0], [2.0, -3.0]]), "U": X, "step": 0.1, "steps": [0, 3]},
        {"Z": "symmetric", "U": "inputs of rows", "step": "positive", "steps": "steps"},
    ),
    "matrix_sensing.angle": spanned(),
    "matrix_sensing.signal_and_noise": spanned(),
    "matrix_sensing.imbalance": factors(),
    "matrix_sensing.symmetrize": Entry({"A": X}, {"A": "matrix"}),
    "margins.perceptron": labelled(bias=True, passes=100, kinds={"bias": "boolean", "passes": "size"}),
    "margins.gradient_flow": labelled(
        log_times=np.array([-3.0, 30.0]),
        start=START,
        loss="exponential",
        kinds={"log_times": "log_times", "start": "vector", "loss": "loss"},
        optional={"start"},
    ),
    "margins.max_margin_direction": labelled(),
    "margins.gradient_descent": labelled(
        step=0.1,
        steps=[0, 3],
        start=START,
        loss="logistic",
        kinds={"step": "positive", "steps": "steps", "start": "vector", "loss": "loss"},
        optional={"start"},
    ),
    "margins.steepest_descent": labelled(
        sizes=np.array([1.0, 2.0]),
        norm=1,
        normalized=True,
        kinds={"sizes": "positive steps", "norm": "norm", "normalized": "boolean"},
    ),
    "noise.label_noise_descent": Entry(
        {
            "model": quadratic,
            "y": Y,
            "start": np.array([[1.0, 2.0, 1.0], [0.0, 1.0, 3.0]]),
            "step": 0.01,
            "steps": [0, 3],
            "sigma": 0.5,
            "batch": 2,
            "seed": 0,
        },
        {
            "model": "function",
            "y": "vector",
            "start": "matrix",
            "step": "positive",
            "steps": "steps",
            "sigma": "nonnegative",
            "batch": "size",
            "seed": "seed",
        },
        {"batch"},
    ),
    "noise.regularizer": Entry(
        {"hessian": np.array([[2.0, 1.0], [1.0, 1.0]]), "step": 0.5}, {"hessian": "symmetric", "step": "positive"}
    ),
    "noise.sgd": Entry(
        {
            "gradient": lambda theta, sample: theta - sample,
            "samples": np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]]),
            "step": np.array([2.0, 1.0]),
            "start": START,
            "every": 1,
        },
        {"gradient": "estimate", "samples": "samples", "step": "positives", "start": "numbers", "every": "size"},
    ),
    "two_layer.unbiased_start": sizes(d=3, units=2, outputs=2, seed=0),
    "two_layer.predict": network(network=NETWORK),
    "two_layer.gradient": network(network=NETWORK, y=OUTPUTS),
    "two_layer.train": network(
        start=NETWORK, y=OUTPUTS, loss=0.5, steps=1000, kinds={"loss": "positive", "steps": "size"}
    ),
    "two_layer.tangent_kernel": network(network=NETWORK, other=NETWORK, optional={"other"}),
    "two_layer.linear_flow": network(start=NETWORK, y=OUTPUTS, loss=0.5, kinds={"loss": "positive"}),
    "two_layer.linearized": network(start=NETWORK, change=NETWORK),
    "two_layer.without_linear_part": regression(),
    "two_layer.first_step_gradients": regression(
        hidden=HIDDEN,
        biases=np.array([0.5, -1.0, 0.0]),
        kinds={"hidden": "matrix", "biases": "vector"},
        optional={"biases"},
    ),
    "two_layer.first_step_features": regression(units=3, seed=0, kinds={"units": "size", "seed": "seed"}),
    "data.digits": sizes(train=20, mnist=False, seed=0, kinds={"mnist": "boolean"}, too_large={"train": 1797}),
    "data.diabetes_features": sizes(features=5, train=20, seed=0, too_large={"train": 442}),
}


def public_functions():
    for short in implicit_bias.__all__:
        module = getattr(implicit_bias, short)
        if inspect.ismodule(module):
            for name in module.__all__:
                if inspect.isfunction(getattr(module, name)):
                    yield f"{short}.{name}", getattr(module, name)


FUNCTIONS = dict(public_functions())
