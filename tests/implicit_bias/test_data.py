"""Each problem keeps the promises of its docstring, for every seed."""

import copy
import dataclasses
import hashlib
import os
import pickle
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_diabetes

from implicit_bias import data

seeds = st.integers(0, 10**6)


def product(z):
    return z.prod(axis=1)


GENERATORS = {
    "gaussian": lambda seed: data.gaussian_regression(n=4, d=6, noise=0.1, seed=seed),
    "gaussian of rank 2": lambda seed: data.gaussian_regression(n=4, d=6, rank=2, seed=seed),
    "sparse": lambda seed: data.sparse_regression(n=4, d=6, sparsity=2, signed=True, seed=seed),
    "separable": lambda seed: data.separable(n=4, d=6, margin=0.5, seed=seed),
    "sensing": lambda seed: data.low_rank_sensing(size=4, rank=2, measurements=5, seed=seed),
    "multi-index": lambda seed: data.multi_index(n=4, d=6, directions=2, link=product, seed=seed),
    "digits": lambda seed: data.digits(train=20, seed=seed),
    "diabetes": lambda seed: data.diabetes_features(features=8, train=20, seed=seed),
}


def arrays(problem):
    values = {field.name: getattr(problem, field.name) for field in dataclasses.fields(problem)}
    return {name: value for name, value in values.items() if isinstance(value, np.ndarray)}


@pytest.mark.parametrize("generator", GENERATORS.values(), ids=GENERATORS.keys())
class TestEveryProblem:
    """What holds whatever the problem."""

    def test_a_seed_is_a_problem(self, generator):
        first, again, other = arrays(generator(1)), arrays(generator(1)), arrays(generator(2))
        for name in first:
            assert_array_equal(first[name], again[name])
        assert not np.array_equal(first["X"], other["X"])
        assert not np.array_equal(first["y"], other["y"])

    def test_the_global_generator_is_left_alone(self, generator):
        before = np.random.get_state()[1].copy()
        generator(0)
        assert_array_equal(np.random.get_state()[1], before)

    def test_nothing_can_be_changed(self, generator):
        problem = generator(0)
        for value in arrays(problem).values():
            with pytest.raises(ValueError, match="read-only"):
                value[...] = 0
        with pytest.raises(dataclasses.FrozenInstanceError):
            problem.X = None

    def test_a_copy_can_not_be_changed_either(self, generator):
        problem = generator(0)
        for twin in (pickle.loads(pickle.dumps(problem)), copy.deepcopy(problem), copy.copy(problem)):
            assert type(twin) is type(problem)
            for name, value in arrays(twin).items():
                assert_array_equal(value, arrays(problem)[name])
                assert not value.flags.writeable

    def test_a_generator_is_a_seed_and_moves_on(self, generator):
        source = np.random.default_rng(1)
        first, second = generator(source), generator(source)
        assert_array_equal(first.X, generator(1).X)
        assert not np.array_equal(first.X, second.X)

    def test_xy_is_the_pair(self, generator):
        problem = generator(0)
        X, y = problem.xy
        assert X is problem.X and y is problem.y
        assert len(X) == len(y)
        assert X.dtype == y.dtype == np.float64


def test_a_problem_does_not_freeze_the_arrays_it_is_made_of():
    X = np.ones((2, 3))
    problem = data.Regression(X, np.ones(2), np.ones(3))
    X[0, 0] = 5
    assert problem.X[0, 0] == 1


@given(st.integers(1, 10), st.integers(1, 10), st.floats(0.1, 10), seeds)
def test_noise_is_all_that_separates_y_from_the_truth(n, d, noise, seed):
    clean = data.gaussian_regression(n=n, d=d, seed=seed)
    noisy = data.gaussian_regression(n=n, d=d, noise=noise, seed=seed)
    twice = data.gaussian_regression(n=n, d=d, noise=2 * noise, seed=seed)
    assert_allclose(clean.y, clean.X @ clean.truth, atol=1e-14)
    assert_array_equal(clean.X, noisy.X)
    assert np.all(noisy.y != clean.y)
    assert_allclose(twice.y - clean.y, 2 * (noisy.y - clean.y), atol=1e-12)


@given(st.data())
def test_gaussian_regression_has_the_rank_asked_for(choose):
    n, d = choose.draw(st.integers(1, 12)), choose.draw(st.integers(1, 12))
    rank = choose.draw(st.integers(1, min(n, d)))
    problem = data.gaussian_regression(n=n, d=d, rank=rank, seed=choose.draw(seeds))
    assert problem.X.shape == (n, d) and problem.truth.shape == (d,)
    assert np.linalg.matrix_rank(problem.X) == rank


def test_gaussian_regression_has_the_moments_asked_for():
    for rank in (None, 40):
        problem = data.gaussian_regression(n=400, d=300, rank=rank, noise=3.0, seed=0)
        assert np.mean(problem.X**2) == pytest.approx(1, rel=0.1)
        assert np.linalg.norm(problem.truth) == pytest.approx(1, rel=0.15)
        assert np.std(problem.y - problem.X @ problem.truth) == pytest.approx(3, rel=0.15)


@given(st.integers(1, 12), seeds, st.data())
def test_sparse_regression_has_the_support_asked_for(d, seed, choose):
    sparsity = choose.draw(st.integers(1, d))
    ones = data.sparse_regression(n=3, d=d, sparsity=sparsity, noise=1.0, seed=seed)
    signs = data.sparse_regression(n=3, d=d, sparsity=sparsity, noise=1.0, signed=True, seed=seed)
    assert sorted(ones.truth) == [0] * (d - sparsity) + [1] * sparsity
    assert_array_equal(np.abs(signs.truth), ones.truth)
    assert_array_equal(signs.X, ones.X)
    assert_allclose(signs.y - signs.X @ signs.truth, ones.y - ones.X @ ones.truth, atol=1e-12)


def test_both_signs_and_all_coordinates_occur():
    truths = [data.sparse_regression(n=1, d=5, sparsity=2, signed=True, seed=s).truth for s in range(50)]
    assert np.all(np.min(truths, axis=0) == -1) and np.all(np.max(truths, axis=0) == 1)


@given(st.integers(1, 30), st.integers(1, 8), st.floats(1e-6, 1e3), seeds)
def test_separable_keeps_its_margin(n, d, margin, seed):
    problem = data.separable(n=n, d=d, margin=margin, seed=seed)
    assert np.linalg.norm(problem.truth) == pytest.approx(1)
    assert set(problem.y) == {-1, 1} or n == 1
    assert np.min(problem.y * (problem.X @ problem.truth)) >= margin * (1 - 1e-12)
    assert problem.margin == margin


def test_separable_has_two_classes_where_the_cloud_lies_on_one_side():
    problems = [data.separable(n=2, d=2, margin=0.1, seed=seed) for seed in range(40)]
    assert all(set(problem.y) == {-1, 1} for problem in problems)


DIGEST = """
import sys
sys.path.insert(0, sys.argv[1])
from test_data import digest
print(digest())
"""


def digest():
    """A fingerprint of every bit that should not depend on the machine."""
    shapes = {"n": 70, "d": 133}
    problems = [
        data.gaussian_regression(**shapes, rank=33, noise=0.1, seed=1),
        data.sparse_regression(**shapes, sparsity=5, signed=True, seed=1),
        data.separable(**shapes, margin=0.2, seed=2),
        data.low_rank_sensing(size=20, rank=3, measurements=30, seed=0),
        data.multi_index(**shapes, directions=7, link=lambda z: z[:, 0] * z[:, 1], seed=0),
    ]
    bits = b"".join(np.ascontiguousarray(value).tobytes() for problem in problems for value in arrays(problem).values())
    return hashlib.sha256(bits).hexdigest()


# OpenBLAS takes its kernels from the first variable; elsewhere, both are without effect and the test is weaker.
@pytest.mark.parametrize("kernel", ["Nehalem", "Haswell", "SkylakeX", "Zen"])
def test_bits_do_not_depend_on_the_kernels_of_blas(kernel):
    environment = {**os.environ, "OPENBLAS_CORETYPE": kernel, "OPENBLAS_NUM_THREADS": "1"}
    result = subprocess.run(
        [sys.executable, "-c", DIGEST, os.path.dirname(__file__)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == digest()


def test_separable_moves_examples_along_the_truth_only():
    near, far = (data.separable(n=50, d=4, margin=margin, seed=0) for margin in (0.5, 2.0))
    assert set(near.y) == {-1, 1}
    assert_allclose(far.X - near.X, 1.5 * np.outer(near.y, near.truth), atol=1e-12)


@given(st.integers(1, 8), st.integers(1, 5), seeds, st.data())
def test_sensing_measures_a_low_rank_truth(size, measurements, seed, choose):
    rank = choose.draw(st.integers(1, size))
    problem = data.low_rank_sensing(size=size, rank=rank, measurements=measurements, seed=seed)
    assert problem.X.shape == (measurements, size, size)
    assert_array_equal(problem.X, problem.X.transpose(0, 2, 1))
    assert_allclose(problem.truth, problem.truth.T, atol=1e-15)
    eigenvalues = np.linalg.eigvalsh(problem.truth)
    assert eigenvalues[-1] == pytest.approx(1)
    assert np.all(eigenvalues > -1e-12)
    assert np.linalg.matrix_rank(problem.truth, tol=1e-12) == rank
    assert_allclose(problem.y, [np.trace(A @ problem.truth) for A in problem.X], atol=1e-12)


def test_sensing_has_the_variances_asked_for():
    X = data.low_rank_sensing(size=20, rank=1, measurements=500, seed=0).X
    diagonal = np.eye(20, dtype=bool)
    assert np.var(X[:, diagonal]) == pytest.approx(1, rel=0.05)
    assert np.var(X[:, ~diagonal]) == pytest.approx(0.5, rel=0.05)


@given(st.integers(1, 6), st.integers(1, 6), seeds, st.data())
def test_multi_index_depends_on_its_directions(n, d, seed, choose):
    directions = choose.draw(st.integers(1, d))
    problem = data.multi_index(n=n, d=d, directions=directions, link=product, seed=seed)
    assert problem.truth.shape == (directions, d)
    assert_allclose(problem.truth @ problem.truth.T, np.eye(directions), atol=1e-12)
    assert_allclose(problem.y, [np.prod(problem.truth @ x) for x in problem.X], atol=1e-12)


def test_multi_index_directions_point_everywhere():
    truths = [data.multi_index(n=1, d=3, directions=1, link=product, seed=s).truth[0] for s in range(400)]
    # A uniform direction has mean zero; LAPACK's choice of signs would give the first coordinate mean 1/2.
    assert np.all(np.abs(np.mean(truths, axis=0)) < 0.15)


@given(st.integers(1, 60), st.integers(1, 441), seeds)
def test_diabetes_is_split_and_standardised(features, train, seed):
    problem = data.diabetes_features(features=features, train=train, seed=seed)
    assert problem.truth is None
    assert problem.X.shape == (train, features) and problem.X_test.shape == (442 - train, features)
    assert problem.y.mean() == pytest.approx(0, abs=1e-12)
    assert np.ptp(problem.y) == 0 or problem.y.std() == pytest.approx(1)
    # All patients are there, each once: their targets are those of the table in other units.
    table = np.sort(load_diabetes().target)
    ours = np.sort(np.concatenate([problem.y, problem.y_test]))
    assert_allclose((ours - ours[0]) * np.ptp(table), (table - table[0]) * np.ptp(ours), atol=1e-9)


def test_diabetes_split_does_not_depend_on_the_features():
    few, many = (data.diabetes_features(features=k, train=100, seed=3) for k in (5, 500))
    assert_array_equal(few.y, many.y)
    assert_array_equal(few.y_test, many.y_test)


def test_diabetes_features_tend_to_the_kernel_of_the_docstring():
    problem = data.diabetes_features(features=10_000, train=100, seed=0)
    features = np.vstack([problem.X, problem.X_test])
    x = load_diabetes().data * np.sqrt(442)
    kernel = np.exp(-np.sum((x[:, np.newaxis] - x) ** 2, axis=2) / 20)
    # Eigenvalues, because they do not depend on the order of the patients.
    expected = np.linalg.eigvalsh(kernel)
    assert_allclose(np.linalg.eigvalsh(features @ features.T), expected, atol=0.02 * expected[-1])
