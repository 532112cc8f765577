"""The built site in one archive: ``python formats/archive.py``. Unpacked anywhere, it is read without a server."""

import sys
from pathlib import Path

import contents
import packed
from offered import EMPTY, FORMS, PLACE, offer

NAME = next(name for name, form in FORMS.items() if "archive" in form)


def files(site: Path) -> dict[str, bytes]:
    """The files of a site by name, in one folder; other forms of the book, and what a build notes for itself, stay."""
    folder = NAME.removesuffix(".zip")
    found = {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}
    kept = {name: path for name, path in found.items() if name not in FORMS and not path.name.startswith(".")}
    contained = {name: path.read_bytes() for name, path in kept.items()}
    home = f"{contents.toc()['root']}.html"
    contained[home] = PLACE.sub(EMPTY, contained[home].decode()).encode()
    return {f"{folder}/{name}": content for name, content in contained.items()}


def main() -> None:
    """Write the archive into the site that was built, offer it on its home page, and say where it is."""
    site = contents.ROOT / "_build" / "html"
    if not (site / "index.html").exists():
        sys.exit(f"{site} holds no site: run make book first")
    packed.write(site / NAME, files(site))
    offer(site)
    print(f"The archive is {(site / NAME).relative_to(contents.ROOT)}, {(site / NAME).stat().st_size / 1e6:.1f} MB.")


if __name__ == "__main__":
    main()
