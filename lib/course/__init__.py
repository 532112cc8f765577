"""Course mechanics: checked claims, checked exercises, explorers, variants of problems and the figure style."""

from course import style
from course.check import check
from course.explore import explore
from course.variant import variant
from course.verify import verify

__all__ = ["check", "explore", "style", "variant", "verify"]
