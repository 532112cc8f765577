"""For instructors: the tables *Problem sets* and *Teaching plan*, from the sources of both."""

from sphinx.application import Sphinx

import contents
import graded
from claim_pages import Generated, table
from claims import Book
from course.choosing import plan


class ProblemSets(Generated):
    """``{problem-sets}``: each problem with its kind, level, minutes and points, and where its statement stands."""

    def write(self, book: Book) -> str:
        """A table for each set."""
        text, shown = [], {block.label for page in book.pages for block in page.named("exercise")}
        for each in graded.sets():
            self.env.note_dependency(str(each.path))
            text += [f"**{each.title}**: {each.minutes} minutes, {each.points} points.", ""]
            rows = [
                [
                    (f"{{ref}}`{problem.label}` " if problem.label in shown else "") + problem.title,
                    *(problem.kind, str(problem.level), str(problem.minutes), str(problem.points)),
                    ", ".join(f"{{prf:ref}}`{label}`" for label in problem.cites),
                ]
                for problem in each.problems
            ]
            text += table(["Problem", "Kind", "Level", "Minutes", "Points", "About"], rows)
        return "\n".join(text)


class TeachingPlan(Generated):
    """``{teaching-plan}``: what is read and done in each week."""

    def write(self, book: Book) -> str:
        """A table with a row for each week."""
        self.env.note_dependency(str(contents.ROOT / "assignments/plan.yml"))
        titles = {each.name: each.title for each in graded.sets()}
        rows = [
            [
                str(week["week"]),
                "; ".join(f"{{doc}}`/book/{page}`" for page in week["read"]),
                week.get("needs", ""),
                ", ".join(f"{{ref}}`{label}`" for label in week["exercises"]),
                titles.get(week.get("due", ""), ""),
            ]
            for week in plan()
        ]
        return "\n".join(table(["Week", "Read", "Taken for granted", "Exercises", "Due"], rows))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("problem-sets", ProblemSets)
    app.add_directive("teaching-plan", TeachingPlan)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
