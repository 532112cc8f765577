"""What a planted fault is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """In ``lib/implicit_bias/<file>`` the text ``old``, which stands there once, becomes ``new``.

    ``chapter`` is a name such as ``depth``, or ``part/depth`` where two parts have one.
    """

    file: str
    old: str
    new: str
    chapter: str
