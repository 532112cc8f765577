"""What the rules ask of the code of a cell."""

import ast


def tree(cell):
    """The syntax tree of a cell; an empty one if it is not Python, which the rule ``cells`` says."""
    try:
        return ast.parse(cell.body)
    except SyntaxError:
        return ast.Module([], [])


def calls(nodes):
    """The calls in code."""
    return [inner for node in nodes for inner in ast.walk(node) if isinstance(inner, ast.Call)]


def called(nodes):
    """The names of the functions that code calls."""
    return {ast.unparse(call.func) for call in calls(nodes)}


def calls_of(chapter, name):
    """Line and call, wherever cells call a function of this name, qualified or not."""
    for cell in chapter.cells:
        for call in calls([tree(cell)]):
            if ast.unparse(call.func).split(".")[-1] == name:
                yield cell.start + call.lineno - 1, call


def keyword(call, name):
    """The value that a call gives to a keyword, or None."""
    return next((given.value for given in call.keywords if given.arg == name), None)
