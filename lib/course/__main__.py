"""Record the answer to an exercise: ``python -m course LABEL ANSWER TOLERANCE [WRONG HINT]…``."""

import sys

from course.check import main

main(*sys.argv[1:])
