"""``python -m course --help`` says what there is."""

import sys

try:
    from course.cli import main
except ModuleNotFoundError as missing:
    sys.exit(f"{missing.name} is missing: the tools for authors and instructors need what make install installs")

main(prog_name="python -m course")
