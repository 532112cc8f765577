"""What the functions of ``data`` return: problems as frozen dataclasses of read-only arrays."""

from dataclasses import dataclass

from implicit_bias.records import Record
from implicit_bias.validate import FloatArray

__all__ = ["Classification", "MultiIndex", "Regression", "Sensing", "TrainTest"]


@dataclass(frozen=True, eq=False)
class _Problem(Record):
    X: FloatArray
    y: FloatArray
    truth: FloatArray | None

    @property
    def xy(self) -> tuple[FloatArray, FloatArray]:
        """The pair ``(X, y)``, to be unpacked into a solver."""
        return self.X, self.y


@dataclass(frozen=True, eq=False)
class Regression(_Problem):
    """Examples ``X`` (n, d), targets ``y`` (n,), and ``truth`` (d,), which explains them up to noise."""

    truth: FloatArray


@dataclass(frozen=True, eq=False)
class Classification(_Problem):
    """Examples ``X`` (n, d), labels ``y`` (n,) of ±1, a unit ``truth`` (d,) with ``margin`` or more."""

    truth: FloatArray
    margin: float


@dataclass(frozen=True, eq=False)
class Sensing(_Problem):
    """Matrices ``X`` (m, size, size), measurements ``y`` (m,), and the measured ``truth`` (size, size)."""

    truth: FloatArray


@dataclass(frozen=True, eq=False)
class MultiIndex(_Problem):
    """Examples ``X`` (n, d), targets ``y`` (n,), and the orthonormal directions ``truth`` (directions, d)."""

    truth: FloatArray


@dataclass(frozen=True, eq=False)
class TrainTest(_Problem):
    """Real data: ``X`` (train, d) and ``y`` (train,), and ``X_test``, ``y_test``; ``truth`` is None."""

    X_test: FloatArray
    y_test: FloatArray
