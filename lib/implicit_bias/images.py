"""Images of handwritten digits: scikit-learn's small ones, or MNIST for those who have a network."""

import os
import zlib
from http.client import HTTPException

import numpy as np

from implicit_bias import validate
from implicit_bias.arithmetic import product
from implicit_bias.problems import TrainTest
from implicit_bias.validate import FloatArray, Seed

__all__ = ["digits"]


def digits(*, train: int, seed: Seed, mnist: bool = False) -> TrainTest:
    """Split images of handwritten digits.

    Parameters
    ----------
    train : int, between 1 and 1796, with ``mnist`` 69999
        How many images are for training; the others are the test set.
    seed : int, >= 0, or numpy.random.Generator
        Decides the split.
    mnist : bool
        Whether to take the 70000 images of MNIST, 28 by 28, instead of 1797 of 8 by 8. They are fetched from
        OpenML the first time, 15 MB, and kept by scikit-learn.

    Returns
    -------
    TrainTest
        A row of ``X`` is an image, minus the mean training image and divided by its length; ``y`` has the digits.

    Raises
    ------
    ValueError
        If ``train`` or the seed is out of range.
    ConnectionError
        If MNIST cannot be fetched, or not undamaged, and scikit-learn has kept no good copy.
    """
    mnist = validate.boolean("mnist", mnist)
    images, labels = _mnist() if mnist else _small()
    train = validate.integer("train", train, minimum=1, maximum=len(labels) - 1)
    order = validate.generator("seed", seed).permutation(len(labels))
    centred = images[order] - product(np.ones((1, train)), images[order[:train]]) / train
    lengths = np.sqrt(product(centred**2, np.ones((images.shape[1], 1))))
    X, y = centred / np.where(lengths == 0, 1, lengths), labels[order]
    return TrainTest(X[:train], y[:train], None, X[train:], y[train:])


def _small() -> tuple[FloatArray, FloatArray]:
    from sklearn.datasets import load_digits  # takes two seconds, and only this function needs it

    images, labels = load_digits(return_X_y=True)
    return images / 16, labels.astype(float)


def _mnist() -> tuple[FloatArray, FloatArray]:
    from sklearn.datasets import fetch_openml, get_data_home

    try:
        images, labels = fetch_openml(
            "mnist_784", version=1, return_X_y=True, as_frame=False, parser="liac-arff", n_retries=1, delay=0.1
        )
    # No answer, or half of one; a page that asks for a password in place of JSON, or other JSON; damaged files.
    except (OSError, HTTPException, EOFError, zlib.error, ValueError, LookupError, TypeError) as error:
        raise ConnectionError(
            f"mnist=True has to fetch MNIST from OpenML, and could not: {type(error).__name__}: {error}. Try again "
            f"with a network that reaches openml.org, or put scikit-learn's copy in place of what may be in "
            f"{os.path.join(get_data_home(), 'openml')}; mnist=False needs neither"
        ) from error
    return images / 255, labels.astype(float)
