"""One-line faults of the library, each of which must turn a chapter red: wrong signs, factors, transposes.

Each part of the book has a module of them, called like its folder.
"""

from importlib import import_module
from pkgutil import iter_modules

from .fault import Fault

__all__ = ["FAULTS", "Fault"]

PARTS = [part.name for part in iter_modules(__path__) if part.name != "fault"]
FAULTS = [fault for part in PARTS for fault in import_module(f".{part}", __name__).FAULTS]
