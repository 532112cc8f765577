"""Problems whose truth is known, the same for the same seed on every machine.

Each is a frozen dataclass of read-only arrays; ``problem.xy`` is the pair ``(X, y)`` that the solvers take.
A ``seed`` is an integer or a ``numpy.random.Generator``, which moves on: two calls draw two problems.

The same means every bit: products are summed in a fixed order, because BLAS has another one for each processor.
What is left are the cosines of ``diabetes_features`` and the caller's ``link``, whose last digit may differ.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.arithmetic import largest_eigenvalue, orthonormal, product
from implicit_bias.images import digits
from implicit_bias.problems import Classification, MultiIndex, Regression, Sensing, TrainTest
from implicit_bias.scaling import finite
from implicit_bias.validate import FloatArray, Seed

__all__ = [
    "Classification",
    "MultiIndex",
    "Regression",
    "Sensing",
    "TrainTest",
    "diabetes_features",
    "digits",
    "gaussian_regression",
    "low_rank_sensing",
    "multi_index",
    "separable",
    "sparse_regression",
]


def gaussian_regression(*, n: int, d: int, rank: int | None = None, noise: float = 0.0, seed: Seed) -> Regression:
    """Draw a linear regression problem with Gaussian examples.

    Parameters
    ----------
    n, d : int, >= 1
        Numbers of examples and of coordinates.
    rank : int, between 1 and min(n, d), optional
        The rank of ``X``; full by default.
    noise : float, >= 0
        Standard deviation of the noise in ``y``. It changes neither ``X`` nor the truth.
    seed : int, >= 0, or numpy.random.Generator

    Returns
    -------
    Regression
        ``y = X @ truth + noise * gaussian``.

    Raises
    ------
    ValueError
        If a size, the noise or the seed is out of range.

    Notes
    -----
    Entries of ``X`` have variance 1: standard Gaussians, or with a rank the product of an (n, rank) and a
    (rank, d) Gaussian matrix divided by ``sqrt(rank)``. The truth is Gaussian of expected squared norm 1.
    The setting of Lecture 13, Section 13.2.
    """
    n, d = validate.integer("n", n, minimum=1), validate.integer("d", d, minimum=1)
    noise = validate.nonnegative("noise", noise)
    generator = validate.generator("seed", seed)
    if rank is None:
        X = generator.standard_normal((n, d))
    else:
        rank = validate.integer("rank", rank, minimum=1, maximum=min(n, d))
        X = product(generator.standard_normal((n, rank)), generator.standard_normal((rank, d))) / np.sqrt(rank)
    truth = generator.standard_normal(d) / np.sqrt(d)
    return Regression(X, product(X, truth) + _noise(noise, n, generator), truth)


@np.errstate(over="ignore")
def _noise(size: float, n: int, generator: np.random.Generator) -> FloatArray:
    return finite("noise", size * generator.standard_normal(n), "an error")


def sparse_regression(
    *, n: int, d: int, sparsity: int, noise: float = 0.0, signed: bool = False, seed: Seed
) -> Regression:
    """Draw a linear regression problem of which few coordinates matter.

    Parameters
    ----------
    n, d : int, >= 1
        Numbers of examples and of coordinates.
    sparsity : int, between 1 and d
        How many coordinates of the truth are not zero.
    noise : float, >= 0
        Standard deviation of the noise in ``y``. It changes neither ``X`` nor the truth.
    signed : bool
        Whether the nonzero coordinates are random signs instead of ones.
    seed : int, >= 0, or numpy.random.Generator

    Returns
    -------
    Regression
        ``y = X @ truth + noise * gaussian``.

    Raises
    ------
    ValueError
        If a size, the noise or the seed is out of range.

    Notes
    -----
    ``X`` is standard Gaussian. Unsigned, ``truth`` is ``beta * beta`` for the planted ``beta`` of Lecture 13,
    Section 13.3.
    """
    n, d = validate.integer("n", n, minimum=1), validate.integer("d", d, minimum=1)
    sparsity = validate.integer("sparsity", sparsity, minimum=1, maximum=d)
    noise = validate.nonnegative("noise", noise)
    signed = validate.boolean("signed", signed)
    generator = validate.generator("seed", seed)
    X = generator.standard_normal((n, d))
    support = generator.choice(d, size=sparsity, replace=False)
    # Drawn in any case, so that support and noise do not depend on `signed`.
    signs = generator.choice([-1.0, 1.0], size=sparsity)
    truth = np.zeros(d)
    truth[support] = signs if signed else 1.0
    return Regression(X, product(X, truth) + _noise(noise, n, generator), truth)


def separable(*, n: int, d: int, margin: float, seed: Seed) -> Classification:
    """Draw two classes that a hyperplane through the origin separates.

    Parameters
    ----------
    n, d : int, >= 1
        Numbers of examples and of coordinates.
    margin : float, > 0
        A distance that every example keeps from the hyperplane. The largest margin of the data may be larger.
    seed : int, >= 0, or numpy.random.Generator

    Returns
    -------
    Classification
        ``y * (X @ truth) >= margin`` up to rounding. From two examples on both labels occur.

    Raises
    ------
    ValueError
        If a size, the margin or the seed is out of range.

    Notes
    -----
    A standard Gaussian cloud, cut along a random hyperplane, its halves moved apart by ``2 * margin``. If all
    examples fall on one side, the one nearest to the hyperplane is mirrored. Separable in the sense of Lecture 12.
    """
    n, d = validate.integer("n", n, minimum=1), validate.integer("d", d, minimum=1)
    margin = validate.positive("margin", margin)
    generator = validate.generator("seed", seed)
    truth = generator.standard_normal(d)
    truth /= math.sqrt(product(truth, truth))
    cloud = generator.standard_normal((n, d))
    height = product(cloud, truth)
    if n > 1 and (np.all(height < 0) or np.all(height >= 0)):
        nearest = np.argmin(np.abs(height))
        cloud[nearest] -= 2 * height[nearest] * truth
        height[nearest] *= -1
    y = np.where(height < 0, -1.0, 1.0)
    return Classification(cloud + margin * np.outer(y, truth), y, truth, margin)


def low_rank_sensing(*, size: int, rank: int, measurements: int, seed: Seed) -> Sensing:
    """Measure a positive semidefinite matrix of low rank with random symmetric matrices.

    Parameters
    ----------
    size : int, >= 1
        Number of rows and columns of the truth.
    rank : int, between 1 and size
    measurements : int, >= 1
    seed : int, >= 0, or numpy.random.Generator

    Returns
    -------
    Sensing
        ``y[i] = (X[i] * truth).sum()``, where ``truth = U @ U.T`` has the given rank and spectral norm 1.

    Raises
    ------
    ValueError
        If a size or the seed is out of range.

    Notes
    -----
    ``X[i] = (G + G') / 2`` for a standard Gaussian ``G``: variance 1 on the diagonal and 1/2 off it, so that
    ``y[i]`` has variance ``norm(truth)**2``. Beyond the lazy regime, low-rank set-up.
    """
    size = validate.integer("size", size, minimum=1)
    rank = validate.integer("rank", rank, minimum=1, maximum=size)
    measurements = validate.integer("measurements", measurements, minimum=1)
    generator = validate.generator("seed", seed)
    U = generator.standard_normal((size, rank))
    truth = product(U, U.T) / largest_eigenvalue(product(U.T, U))
    G = generator.standard_normal((measurements, size, size))
    X = (G + G.transpose(0, 2, 1)) / 2
    return Sensing(X, product(X.reshape(measurements, -1), truth.ravel()), truth)


def multi_index(*, n: int, d: int, directions: int, link: Callable[[FloatArray], ArrayLike], seed: Seed) -> MultiIndex:
    """Draw a regression problem whose target depends on few directions of a Gaussian input.

    Parameters
    ----------
    n, d : int, >= 1
        Numbers of examples and of coordinates.
    directions : int, between 1 and d
    link : callable
        Maps the (n, directions) coordinates of the examples along the directions to the (n,) targets.
    seed : int, >= 0, or numpy.random.Generator

    Returns
    -------
    MultiIndex
        ``y = link(X @ truth.T)``, where the rows of ``truth`` are orthonormal.

    Raises
    ------
    ValueError
        If a size or the seed is out of range, or ``link`` returns anything but n finite numbers.

    Notes
    -----
    The subspace is uniformly random, and so is the frame. Beyond the lazy regime, learning polynomials.
    """
    n, d = validate.integer("n", n, minimum=1), validate.integer("d", d, minimum=1)
    directions = validate.integer("directions", directions, minimum=1, maximum=d)
    link = validate.function("link", link)
    generator = validate.generator("seed", seed)
    X = generator.standard_normal((n, d))
    truth = orthonormal(generator.standard_normal((directions, d)))
    return MultiIndex(X, validate.returned("link", link(product(X, truth.T)), (n,)), truth)


def diabetes_features(*, features: int, train: int, seed: Seed) -> TrainTest:
    """Describe real patients by any number of random features, also more features than patients.

    Parameters
    ----------
    features : int, >= 1
        Number of features, which may exceed ``train``.
    train : int, between 1 and 441
        How many of the 442 patients are for training; the others are the test set.
    seed : int, >= 0, or numpy.random.Generator
        Decides the split, which is the same for any number of features, and the features.

    Returns
    -------
    TrainTest
        Targets are centred by the mean and divided by the standard deviation of the training targets.

    Raises
    ------
    ValueError
        If ``features``, ``train`` or the seed is out of range.

    Notes
    -----
    scikit-learn's diabetes table: 10 inputs, standardized over all patients, and the progress of the disease.
    The features are ``sqrt(2 / features) * cos(W x + b)``, Gaussian ``W`` of variance 1/10 and uniform ``b``
    (Rahimi and Recht 2007). Cosines rather than ReLUs, because they are bounded and their inner products tend
    to a known kernel, ``exp(-norm(x - x')**2 / 20)``: every row has norm near 1, so the spectrum of
    ``X @ X.T``, and with it the threshold for step sizes, settles as ``features`` grows.
    """
    from sklearn.datasets import load_diabetes  # takes two seconds, and only this function needs it

    inputs, targets = load_diabetes(return_X_y=True)
    patients, columns = inputs.shape
    features = validate.integer("features", features, minimum=1)
    train = validate.integer("train", train, minimum=1, maximum=patients - 1)
    generator = validate.generator("seed", seed)
    order = generator.permutation(patients)
    weights = generator.standard_normal((columns, features)) / np.sqrt(columns)
    phases = generator.uniform(0, 2 * np.pi, features)
    X = np.sqrt(2 / features) * np.cos(product(inputs[order] / inputs.std(axis=0), weights) + phases)
    y = targets[order] - targets[order[:train]].mean()
    # Training targets that are all equal, a single one for instance, have no scale.
    y /= y[:train].std() or 1.0
    return TrainTest(X[:train], y[:train], None, X[train:], y[train:])
