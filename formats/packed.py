"""Archives that are the same, byte for byte, whenever they are made of the same files."""

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

DATE = (1980, 1, 1, 0, 0, 0)  # the first that an archive can hold
PACKED = {".png", ".woff", ".woff2"}  # which would not become smaller


def write(target: Path, files: Mapping[str, bytes], plain: tuple[str, ...] = ()) -> None:
    """Write an archive of files, given their contents by name: first those in ``plain``, as they are, then by name."""
    beside = target.with_name(f".{target.name}.part")  # whoever is killed in between leaves no half of an archive
    with zipfile.ZipFile(beside, "w") as archive:
        for name in (*plain, *sorted(set(files) - set(plain))):
            entry = zipfile.ZipInfo(name, DATE)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            whole = name in plain or os.path.splitext(name)[1] in PACKED
            entry.compress_type = zipfile.ZIP_STORED if whole else zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name], compresslevel=9)
    beside.replace(target)
