"""The parts of a chapter and its length."""

import re

from lint.registry import rule, taught

SECTIONS = (
    "Overview",
    "What breaks",
    "Beyond the lecture",
    "Exercises",
    "Compared with the lecture",
    "Summary",
    "Next",
)
LONGEST = 2500  # words: about 25 minutes
FOLDED = ("prf:proof", "solution", "solution-start", "code-cell")


@taught(
    ("## Overview\n", ""),
    ("## Beyond the lecture\n", ""),
    ("## Next\n", ""),
    ("## Compared with the lecture\n", "## Compared with it\n"),
    ("## What breaks", "## Summary\n\n## What breaks"),
)
def sections(chapter):
    titles = [title for _, title in chapter.headings.values() if title in SECTIONS]
    for title in SECTIONS:
        if title not in titles:
            yield len(chapter.lines), f"add the section {title}"
    if sorted(titles, key=SECTIONS.index) != titles or len(set(titles)) < len(titles):
        yield 1, f"put the sections in this order, each once: {', '.join(SECTIONS)}"


@taught(("- Two.\n- Three.", "- Two."), ("- Two.\n", "- Two.\n- And.\n- Two.\n- And.\n- Two.\n"))
def summary(chapter):
    bullets = [n for n, line in chapter.section("Summary") if line.startswith("- ")]
    if not 3 <= len(bullets) <= 6:
        yield bullets[0] if bullets else len(chapter.lines), f"Summary has {len(bullets)} bullets, not 3 to 6"


@taught(
    ("*Lecture 13, Section 2. About 10 minutes. Needs nothing.*", "This is a page."),
    ("About 10 minutes. ", ""),
    ("Needs nothing.", ""),
)
def opening(chapter):
    line = next((n for n, (level, _) in chapter.headings.items() if level == 1), 1)
    said = next((text for n, text in chapter.prose if n > line and text.strip()), "")
    if not re.fullmatch(r"\*.+\d+ minutes.*\bNeeds\b.+\*", said):
        yield line, "below the title say in one line: *Which sections of which lecture. About 25 minutes. Needs ….*"


@taught(("```{compared-with-the-lecture}\n```", "Nothing differs."))
def compared(chapter):
    if not chapter.named("compared-with-the-lecture"):
        yield len(chapter.lines), "Compared with the lecture needs its table: ```{compared-with-the-lecture}"


@taught(("The next page asks for more.\n", ""), ("The next page asks for more.\n", "\n".join(["So."] * 3) + "\n"))
def one_sentence_on_the_next_page(chapter):
    said = [n for n, line in chapter.section("Next") if line.strip() and not line.startswith("%")]
    if len(said) != 1:
        yield said[0] if said else len(chapter.lines), f"Next has {len(said)} lines: say in one what comes next"


@rule(("- One.", "- One" + " and one" * LONGEST + "."))
def length(chapter):
    blocks = [*chapter.named(*FOLDED), *(block for block in chapter.blocks if "dropdown" in block.classes)]
    folded = {n for block in blocks for n in range(block.line, block.end + 1)}
    text = " ".join(line for n, line in chapter.prose if n not in folded)
    if (words := len(re.sub(r"\$[^$]*\$", "m", text).split())) > LONGEST:
        yield 1, f"the main line has {words} words, at most {LONGEST} are read in 25 minutes: fold or divide"
