"""Figures and explorers: names, captions, alt texts, axes, width."""

import ast

from lint.registry import rule, taught
from lint.syntax import called, calls_of, keyword, tree

WIDEST = 6.4  # inches: what the column shows without shrinking the letters
CAPTION = "    caption: A line through the origin.\n"
EXPLORE = 'explore(draw, caption="Predict where it ends, then move.", slope=[1, 2])'


def drawing(chapter):
    """The cells that draw, each with its code and that of the functions that draw for it."""
    drawing, functions = {"plt.subplots", "plt.figure"}, {}
    for cell in chapter.cells:
        body = tree(cell).body
        for node in body:
            if isinstance(node, ast.FunctionDef) and drawing & called(node.body):
                functions[node.name] = ast.unparse(node)
                drawing.add(node.name)
        now = called(node for node in body if not isinstance(node, ast.FunctionDef))
        mentioned = {node.id for line in body for node in ast.walk(line) if isinstance(node, ast.Name)}
        helpers = [code for name, code in functions.items() if name in mentioned]
        if drawing & now or "explore" in now:
            yield cell, "\n".join([cell.body, *helpers]), "explore" in now


@rule(
    ("    name: fig-line", "    name: line"),
    (CAPTION, ""),
    ("caption: A line through the origin.", 'caption: "Two\\nlines."'),
    ("A straight line that goes up from the origin and has nothing else to show.", "A line."),
    (EXPLORE, "draw(2)"),
    (EXPLORE, "plt.figure()"),
)
def figures(chapter):
    for cell, _, explored in drawing(chapter):
        if explored:
            continue
        options = cell.options.get("mystnb", {})
        figure, alt = options.get("figure", {}), options.get("image", {}).get("alt", "")
        if not str(figure.get("name", "")).startswith("fig-"):
            yield cell.line, "the figure needs mystnb: figure: name: fig-…"
        if not figure.get("caption", "").strip() or "\n" in figure["caption"]:
            yield cell.line, "the figure needs a mystnb: figure: caption of one paragraph"
        if not 40 <= len(alt) <= 400:
            yield cell.line, f"mystnb: image: alt has {len(alt)} characters; say in 40 to 400 what is seen"


@rule(('xlabel="x", ', ""), ('axes.set(xlabel="x", ylabel="height")', 'axes.set_xlabel("x")'))
def axis_labels(chapter):
    for cell, code, _ in drawing(chapter):
        if 'axis("off")' not in code and "axis('off')" not in code and "set_axis_off" not in code:
            for label in ("xlabel", "ylabel"):
                if label not in code:
                    yield cell.line, f"the figure has no {label}: name its axes, or switch them off"


@rule(("figure, axes = plt.subplots()", "figure, axes = plt.subplots(figsize=(7, 3))"))
def figure_width(chapter):
    for name in ("subplots", "figure"):
        for line, call in calls_of(chapter, name):
            size = keyword(call, "figsize")
            if isinstance(size, ast.Tuple) and isinstance(size.elts[0], ast.Constant) and size.elts[0].value > WIDEST:
                yield line, f"the figure is {size.elts[0].value} inches wide, at most {WIDEST} fit the column"


@taught((EXPLORE, 'print("explore")'))
def an_explorer(chapter):
    if not list(calls_of(chapter, "explore")):
        yield len(chapter.lines), "add an explorer: explore(draw, …)"


@rule((EXPLORE, "explore(draw, slope=[1, 2])"), (EXPLORE, 'explore(draw, caption=" ", slope=[1, 2])'))
def explorer_captions(chapter):
    for line, call in calls_of(chapter, "explore"):
        caption = keyword(call, "caption")
        if caption is None or (isinstance(caption, ast.Constant) and not str(caption.value).strip()):
            yield line, "the explorer needs caption=…, with a question first: predict, then move"
