"""Digits, and what is said to those who ask for MNIST without a network."""

import gzip
import io
import socket
from email.message import Message
from http.client import IncompleteRead

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import _openml, load_digits

from implicit_bias import data


@given(st.integers(1, 1796), st.integers(0, 10**6))
@settings(max_examples=10)
def test_digits_are_split_centred_and_of_length_one(train, seed):
    split = data.digits(train=train, seed=seed)
    assert split.truth is None
    assert split.X.shape == (train, 64) and split.X_test.shape == (1797 - train, 64)
    lengths = np.linalg.norm(np.vstack([split.X, split.X_test]), axis=1)
    assert_allclose(lengths[lengths > 0], 1)
    assert np.sum(lengths == 0) <= (train == 1)
    counts = np.bincount(np.concatenate([split.y, split.y_test]).astype(int))
    assert_array_equal(counts, np.bincount(load_digits().target))


def test_labels_are_those_of_the_images():
    split = data.digits(train=1000, seed=0)
    means = np.array([split.X[split.y == digit].mean(axis=0) for digit in range(10)])
    nearest = np.argmin(np.linalg.norm(split.X_test[:, np.newaxis] - means, axis=2), axis=1)
    assert np.mean(nearest == split.y_test) > 0.85


def test_mnist_without_a_network_is_an_error_that_says_what_to_do(tmp_path, monkeypatch):
    def nowhere(*_, **__):
        raise socket.gaierror("no network")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    with (
        pytest.warns(UserWarning, match="network error"),
        pytest.raises(ConnectionError, match=r"^mnist=True .*no network.*openml; mnist=False needs neither"),
    ):
        data.digits(train=10, seed=0, mnist=True)


class Answer(io.BytesIO):
    """What a server sends."""

    def __init__(self, content, encoding=""):
        super().__init__(content)
        self.headers = Message()
        self.headers["Content-Encoding"] = encoding

    def info(self):
        return self.headers


class Cut(Answer):
    def read(self, *_):
        raise IncompleteRead(b"{", 1000)


PACKED = gzip.compress(b"{" * 1000)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda: Cut(b""), "IncompleteRead"),
        (lambda: Answer(b"<html>Please log in</html>"), "JSONDecodeError"),
        (lambda: Answer(b"\xff\xfe"), "UnicodeDecodeError"),
        (lambda: Answer(b"{}"), "KeyError"),
        (lambda: Answer(b"[]"), "TypeError"),
        (lambda: Answer(PACKED[:-10], "gzip"), "EOFError"),
        (lambda: Answer(PACKED[:10] + b"\xff" * 20, "gzip"), "error"),
        (lambda: Answer(b"no gzip", "gzip"), "BadGzipFile"),
    ],
    ids=["cut", "portal", "bytes", "other", "list", "half", "damaged", "plain"],
)
@pytest.mark.filterwarnings("ignore:Invalid cache:RuntimeWarning")
def test_what_is_not_mnist_is_the_same_error(tmp_path, monkeypatch, answer, reason):
    monkeypatch.setattr(_openml, "urlopen", lambda _: answer())
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    with pytest.raises(ConnectionError, match=rf"^mnist=True .*could not: {reason}: .*mnist=False needs neither"):
        data.digits(train=10, seed=0, mnist=True)


def test_a_copy_with_another_checksum_is_the_same_error(monkeypatch):
    def other(*_, **__):
        raise ValueError("md5 checksum of local file does not match description")

    monkeypatch.setattr("sklearn.datasets.fetch_openml", other)
    with pytest.raises(ConnectionError, match=r"^mnist=True .*md5 checksum.*mnist=False needs neither"):
        data.digits(train=10, seed=0, mnist=True)
