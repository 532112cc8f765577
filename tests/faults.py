"""One-line faults of the library, each of which must turn a chapter red: wrong signs, factors, transposes.

``tests/faults_by_part`` has a module for each part of the book, called like its folder.
"""

from importlib import import_module
from pkgutil import iter_modules

import faults_by_part
from faults_by_part.fault import Fault

__all__ = ["FAULTS", "Fault"]

PARTS = [part.name for part in iter_modules(faults_by_part.__path__) if part.name != "fault"]
FAULTS = [fault for part in PARTS for fault in import_module(f"faults_by_part.{part}").FAULTS]
