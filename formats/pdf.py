"""The whole book as one PDF: ``python formats/pdf.py browser``, or ``latex``; ``--ready`` says only what is missing."""

import sys

import latex
import printing

BUILDERS = {"browser": printing, "latex": latex}


def main(builder: str, *options: str) -> None:
    """Let a builder make the PDF and say where it is, or what is missing for it."""
    if builder not in BUILDERS:
        sys.exit(f"there is no builder {builder!r}: choose BUILDER={' or BUILDER='.join(BUILDERS)}")
    chosen = BUILDERS[builder]
    try:
        chosen.ready()
        if "--ready" not in options:
            print(chosen.book())
    except FileNotFoundError as missing:
        sys.exit(f"{missing.filename} is missing: run make book first")
    except ValueError as found:
        sys.exit(str(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
