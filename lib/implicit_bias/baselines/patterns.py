"""All ways in which a direction can see the examples: which are before it, behind it, or at right angles to it."""

from __future__ import annotations

from itertools import combinations, product
from math import comb

import numpy as np
from numpy.linalg import norm
from numpy.typing import NDArray

from implicit_bias.validate import FloatArray

__all__ = ["FLAT", "all_signs", "most_faces", "peaks"]

# Below this, next to the length of an example, an inner product with a direction is zero.
FLAT = 1e-9


def most_faces(n: int, k: int) -> int:
    """Return how many faces the cones have, the origin among them, into which n hyperplanes cut k dimensions.

    In general position; otherwise there are fewer. In j of the hyperplanes lie the regions into which the others cut
    k - j dimensions.
    """
    return 1 + sum(comb(n, j) * 2 * sum(comb(n - j - 1, i) for i in range(k - j)) for j in range(k))


def all_signs(X: FloatArray) -> NDArray[np.int8]:
    """Return every vector of signs ``sign(X @ u)`` that some ``u`` has.

    Parameters
    ----------
    X : (n, k) array of rank k, with rows of length 1

    Returns
    -------
    (faces, n) array of -1, 0 and 1, no two rows alike

    Notes
    -----
    The hyperplanes at right angles to the examples cut space into cones. Each cone but the origin has a ray that is
    at right angles to k - 1 independent examples. Near the ray the signs are its own, and where it has none, those of
    a direction in the hyperplane across it: the same question in one dimension less.
    """
    n, k = X.shape
    if k == 1:
        signs = np.sign(X[:, 0]).astype(np.int8)
        return np.array([signs, -signs, 0 * signs])
    if n == k:
        return np.array(list(product((-1, 0, 1), repeat=n)), np.int8)
    found, known = [np.zeros((1, n), np.int8)], set()
    for chosen in combinations(range(n), k - 1):
        _, sigma, Vt = np.linalg.svd(X[list(chosen)])
        height = X @ Vt[-1]
        across = np.abs(height) < FLAT
        if sigma[-1] < FLAT or across.tobytes() in known:
            continue
        known.add(across.tobytes())
        beside = X[across] @ Vt[:-1].T
        near = all_signs(beside / norm(beside, axis=1, keepdims=True))
        for ray in (height, -height):
            around = np.tile(np.sign(ray).astype(np.int8), (len(near), 1))
            around[:, across] = near
            found.append(around)
    return np.unique(np.vstack(found), axis=0)


def peaks(X: FloatArray) -> tuple[NDArray[np.bool_], FloatArray]:
    """Return where a weighted sum of rectified examples can be largest: on which faces, and how to get there.

    Parameters
    ----------
    X : (n, k) array of rank k, without zero rows

    Returns
    -------
    seen : (faces, n) array
        The examples that the directions of a face are before.
    away : (faces, k, k) array
        The projection onto what is at right angles to the face.

    Notes
    -----
    On a face the sum with the weights c is linear, ``v @ u`` with ``v = (seen * c) @ X``, and a maximizer in the face
    is the direction of ``v - away @ v``. So for one of the faces this is the direction of the largest value of
    ``c @ relu(X @ u)`` among all unit vectors ``u``, if it is positive.
    """
    signs = all_signs(X / norm(X, axis=1, keepdims=True))
    away = np.zeros((len(signs), X.shape[1], X.shape[1]))
    flats, member = np.unique(signs == 0, axis=0, return_inverse=True)
    for number, flat in enumerate(flats):
        if np.any(flat):
            normals = X[flat] / norm(X[flat], axis=1, keepdims=True)
            _, sigma, Vt = np.linalg.svd(normals, full_matrices=False)
            span = Vt[sigma > FLAT * sigma[0]]
            away[member.ravel() == number] = span.T @ span
    return signs > 0, away
