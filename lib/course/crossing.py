"""What crosses between the room of a student's code and the room of the tests: plain data, as JSON.

No object of a student's making reaches a test, so none can claim to equal everything.
"""

import json
from typing import Any

import numpy as np

__all__ = ["FUNCTION", "decode", "encode"]

FUNCTION = {"function": True}
_MOST = 5_000_000  # characters


def encode(value: object) -> str:
    """Write an answer as JSON.

    Parameters
    ----------
    value : number, text, truth value, None, array of numbers, function, or list, tuple or dictionary of these

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the value, or something in it, is of another kind, or too large.
    """
    text = json.dumps(_plain(value))
    if len(text) > _MOST:
        raise ValueError("the answer is too large to be handed in")
    return text


def decode(text: str) -> Any:  # noqa: ANN401, it is any plain data
    """Read what ``encode`` has written; a function becomes ``FUNCTION``.

    Raises
    ------
    ValueError
        If the text is none that ``encode`` writes.
    """
    if len(text) > _MOST:
        raise ValueError("the answer is too large to be handed in")
    try:
        return _read(json.loads(text))
    except (AttributeError, KeyError, OverflowError, RecursionError, TypeError) as error:
        raise ValueError("the answer was not handed in as plain data") from error


def _plain(value: object) -> Any:  # noqa: ANN401
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return float(value)
    if isinstance(value, np.generic) and value.dtype.kind in "biuf":
        return value.item()
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        if value.size > _MOST:  # it takes at least a character for each number
            raise ValueError("the answer is too large to be handed in")
        return {"array": value.tolist(), "shape": list(value.shape)}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {"dict": {key: _plain(each) for key, each in value.items()}}
    if callable(value) and not isinstance(value, type):
        return FUNCTION
    raise ValueError(
        f"a value of type {type(value).__name__} cannot be handed in: turn it into numbers or an array of numbers"
    )


def _read(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, list):
        return [_read(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value == FUNCTION:
        return FUNCTION
    if "array" in value:
        array = np.array(value["array"]) if value["array"] != [] else np.zeros(0)
        if array.dtype.kind not in "biuf":
            raise ValueError("the answer was not handed in as an array of numbers")
        return array.reshape(value["shape"])
    return {key: _read(each) for key, each in value["dict"].items()}
