"""What functions return when several arrays belong together: frozen, also after a trip to another process."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

__all__ = ["Record"]


@dataclass(frozen=True, eq=False)
class Record:
    """A dataclass whose arrays are its own and read-only."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value = value.copy()
                value.setflags(write=False)
                object.__setattr__(self, field.name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        # Unpickled arrays are writable: build the record anew.
        return type(self), tuple(getattr(self, field.name) for field in fields(self))
