"""Random measurements of matrices that keep all Frobenius norms on average."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.scaling import finite
from implicit_bias.validate import FloatArray, Seed

__all__ = ["CosineOperator", "GaussianOperator"]


class GaussianOperator:
    """Inner products with random Gaussian matrices, divided by the root of their number.

    Parameters
    ----------
    shape : int, or pair of them, >= 1
        That of the matrices to be measured. For a single d, they are (d, d), and what is measured with are symmetric
        matrices of variance 1 on the diagonal and 1/2 off it, kept as ``n * d * (d + 1) / 2`` numbers. For a pair,
        all entries are independent of variance 1.
    n : int, >= 1
        The number of measurements.
    seed : int, >= 0, or numpy.random.Generator

    Attributes
    ----------
    shape : pair of int
    n : int
    symmetric : bool

    Raises
    ------
    ValueError
        If a number or the seed is out of range.

    Notes
    -----
    ``normal`` is the identity on average: of all matrices, or of symmetric ones.
    Beyond the lazy regime, low-rank reconstruction.
    """

    def __init__(self, shape: int | tuple[int, int], n: int, *, seed: Seed) -> None:
        self.symmetric = not isinstance(shape, tuple | list)
        sizes = (shape, shape) if self.symmetric else tuple(shape)
        if len(sizes) != 2:
            raise ValueError(f"shape must be a number or a pair of them, got {shape!r}")
        self.shape = tuple(validate.integer("shape", size, minimum=1) for size in sizes)
        self.n = validate.integer("n", n, minimum=1)
        entries = _Half(self.shape[0]).size if self.symmetric else int(np.prod(self.shape))
        generator = validate.generator("seed", seed)
        self._rows = generator.standard_normal((self.n, entries))
        self._rows /= np.sqrt(self.n)  # in place: there may be gigabytes of them

    @np.errstate(over="ignore", invalid="ignore")
    def measure(self, M: ArrayLike) -> FloatArray:
        """Return the (n,) measurements of a matrix."""
        M = _measured(M, self.shape)
        return finite("M", self._rows @ (_Half(len(M)).vector(M) if self.symmetric else M.ravel()), "a measurement")

    @np.errstate(over="ignore", invalid="ignore")
    def adjoint(self, v: ArrayLike) -> FloatArray:
        """Return the combination, with the weights v (n,), of the matrices that are measured with."""
        combined = finite("v", _weights(v, self.n) @ self._rows, "an entry")
        return _Half(self.shape[0]).matrix(combined) if self.symmetric else combined.reshape(self.shape)

    def normal(self, M: ArrayLike) -> FloatArray:
        """Return ``adjoint(measure(M))``."""
        return self.adjoint(self.measure(M))


class CosineOperator:
    """Some coefficients of a cosine transform of the entries with random signs: no storage, and fast.

    Parameters
    ----------
    d : int, >= 1
        The size of the symmetric matrices to be measured.
    n : int, between 1 and d (d + 1) / 2
        The number of measurements.
    seed : int, >= 0, or numpy.random.Generator

    Attributes
    ----------
    shape : pair of int
    n : int

    Raises
    ------
    ValueError
        If a number or the seed is out of range.

    Notes
    -----
    ``measure(M) = sqrt(N / n) * P C S svec(M)``, with ``svec`` the ``N = d (d + 1) / 2`` entries on and above the
    diagonal, those above times ``sqrt(2)``, ``S`` random signs, ``C`` the orthonormal cosine transform and ``P`` a
    random choice of n coefficients. ``normal`` is the identity of symmetric matrices on average over ``P``, whatever
    the signs are. Not Gaussian: what is known of restricted isometries of such operators costs logarithms (Krahmer and
    Ward 2011).
    """

    def __init__(self, d: int, n: int, *, seed: Seed) -> None:
        d = validate.integer("d", d, minimum=1)
        self.shape, self._half = (d, d), _Half(d)
        self.n = validate.integer("n", n, minimum=1, maximum=self._half.size)
        generator = validate.generator("seed", seed)
        self._signs = generator.choice([-1.0, 1.0], self._half.size)
        self._chosen = np.sort(generator.permutation(self._half.size)[: self.n])
        self._factor = np.sqrt(self._half.size / self.n)

    @np.errstate(over="ignore", invalid="ignore")
    def measure(self, M: ArrayLike) -> FloatArray:
        """Return the (n,) measurements of a matrix, of which only the symmetric part counts."""
        from scipy.fft import dct  # takes a while

        signed = self._signs * self._half.vector(_measured(M, self.shape))
        return finite("M", self._factor * dct(signed, norm="ortho")[self._chosen], "a measurement")

    @np.errstate(over="ignore", invalid="ignore")
    def adjoint(self, v: ArrayLike) -> FloatArray:
        """Return the combination, with the weights v (n,), of the matrices that are measured with."""
        from scipy.fft import idct

        coefficients = np.zeros(self._half.size)
        coefficients[self._chosen] = self._factor * _weights(v, self.n)
        return self._half.matrix(finite("v", self._signs * idct(coefficients, norm="ortho"), "an entry"))

    def normal(self, M: ArrayLike) -> FloatArray:
        """Return ``adjoint(measure(M))``."""
        return self.adjoint(self.measure(M))


class _Half:
    """Symmetric matrices as vectors with the same inner products."""

    def __init__(self, d: int) -> None:
        self.d, self.size = d, d * (d + 1) // 2
        self.places = np.triu_indices(d)
        self.lengths = np.where(self.places[0] == self.places[1], 1.0, np.sqrt(2))

    def vector(self, M: FloatArray) -> FloatArray:
        return ((M + M.T) / 2)[self.places] * self.lengths

    def matrix(self, v: FloatArray) -> FloatArray:
        M = np.zeros((self.d, self.d))
        M[self.places] = v / self.lengths
        return M + np.triu(M, 1).T


def _measured(M: ArrayLike, shape: tuple[int, int]) -> FloatArray:
    M = validate.matrix("M", M)
    if M.shape != shape:
        raise ValueError(f"M must have shape {shape}, got {M.shape}")
    return M


def _weights(v: ArrayLike, n: int) -> FloatArray:
    v = validate.vector("v", v)
    if len(v) != n:
        raise ValueError(f"v must have length {n}, one for each measurement, got {len(v)}")
    return v
