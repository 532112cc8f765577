"""The committed tables of the benchmarks: what they say of accuracy holds again. Times are nobody's promise."""

import csv
import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from implicit_bias import diagonal

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.append(str(BENCHMARKS))  # the scripts share a module


def script(name):
    """A benchmark as a module."""
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", BENCHMARKS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table(name, folder="results"):
    """The rows of a table, numbers where there are any."""
    with (BENCHMARKS / f"{folder}/{name}.csv").open(newline="") as stream:
        return [{key: number(value) for key, value in row.items()} for row in csv.DictReader(stream)]


def number(text):
    try:
        return float(text)
    except ValueError:
        return text


@pytest.fixture(scope="module")
def precision():
    return script("precision")


@pytest.mark.parametrize("row", table("precision"), ids=lambda row: f"depth {row['depth']:g}, start {row['start']:g}")
def test_digits(precision, row):
    again = precision.row(row["depth"], row["start"])
    assert again["alpha"] == pytest.approx(row["alpha"], rel=1e-3)
    assert again["smallest"] == pytest.approx(row["smallest"], rel=1e-3)
    for error in ("worst_beta", "worst_log10"):
        # Errors are rounding, which another machine does elsewhere, or not at all.
        assert again[error] <= max(1e3 * row[error], 1e-12)
        assert row[error] <= 1e-10


def test_every_depth_and_start_is_in_the_table(precision):
    rows = [(row["depth"], row["start"]) for row in table("precision")]
    assert rows == [(depth, start) for depth in precision.DEPTHS for start in precision.STARTS]


def test_differences_from_rivals():
    bench = script("diagonal")
    rows = table("ratios")
    assert {row["rival"] for row in rows} == {"HiGHS", "lars_path", "cvxpy", "descent"}
    assert tuple(rows[0]) == bench.RATIOS
    paths = {(row["n"], row["d"], row["depth"]) for row in rows if row["rival"] == "HiGHS"}
    assert paths == {(*size, depth) for size in bench.PATHS for depth in bench.DEPTHS}
    limits = {(n, d, alpha) for n, d, alphas in bench.LIMITS for alpha in alphas}
    for rival in ("cvxpy", "descent"):
        assert limits == {(row["n"], row["d"], row["alpha"]) for row in rows if row["rival"] == rival}
    assert all(row["difference"] <= 1e-9 for row in rows if row["rival"] == "cvxpy")
    # The sum of absolute values cannot be below that of the linear programme.
    assert all(row["difference"] >= -1e-6 for row in rows)
    X, y = bench.regression(50, 500, seed=1)
    least = bench.programme(X, y)
    for row in rows:
        if row["rival"] == "HiGHS" and row["n"] == 50:
            beta = diagonal.path(X, y, bench.ALPHAS, depth=row["depth"]).beta[-1]
            assert np.abs(beta).sum() / least - 1 == pytest.approx(row["difference"], rel=0.02, abs=1e-9), row


@pytest.mark.parametrize("row", table("growth"), ids=lambda row: "{n:g} {d:g} {alphas:g} {depth:g}".format_map(row))
def test_newton_steps(row):
    bench = script("diagonal")
    X, y = bench.regression(int(row["n"]), int(row["d"]), seed=1)
    path = diagonal.path(X, y, np.logspace(2, -30, int(row["alphas"])), depth=row["depth"])
    # Rounding, which another machine does elsewhere, moves the number of steps.
    assert path.iterations.max() == pytest.approx(row["steps"], rel=0.2)


def test_directions_of_rivals():
    bench = script("margins")
    rows = table("margins")
    assert tuple(rows[0]) == bench.COLUMNS
    assert {(row["n"], row["d"]) for row in rows} == set(bench.SIZES)
    assert all(row["difference"] <= 1e-12 for row in rows if row["rival"] in ("flow", "cvxpy"))
    assert all(row["difference"] > 1e-6 for row in rows if row["log10_steps"])
    small = bench.SIZES[:1]
    for again in bench.table(small, (bench.cvxpy, bench.libsvm)):
        assert again[5] <= (1e-6 if again[0] == "libsvm" else 1e-12)


def test_measurements_without_storage():
    bench = script("sensing")
    rows = table("sensing")
    assert tuple(rows[0]) == bench.COLUMNS
    assert {(row["d"], row["n"], row["r"]) for row in rows} == set(bench.SIZES)
    again = bench.table(bench.SIZES[:1], repeat=1)
    assert [row[0] for row in again] == [row["method"] for row in rows if row["d"] == bench.SIZES[0][0]]
    assert all(row["difference"] <= 1e-12 for row in rows if row["difference"] != "")
    assert all(row[-1] <= 1e-12 for row in again if row[-1] != "")
    for row in rows:
        if row["method"] == "gaussian":  # the numbers that are stored, and little more
            assert row["megabytes"] == pytest.approx(4e-6 * row["n"] * row["d"] * (row["d"] + 1), rel=0.05)


def test_full_descent():
    bench = script("experiments/descent")
    rows = table("descent", "experiments")
    assert tuple(rows[0]) == bench.COLUMNS
    assert [(row["n"], row["alpha"], row["seed"]) for row in rows] == bench.CASES
    for row in rows:
        if row["n"] == 500 and row["seed"] == 0:
            again = bench.row(int(row["n"]), row["alpha"], 0)
            # Another machine rounds otherwise, and a kink makes more of it.
            assert again[3:5] == pytest.approx((row["share"], row["error"]), rel=0.05)
