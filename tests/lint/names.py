"""Names in the cells: one that another cell uses means one thing on the whole page."""

import ast
import copy
import symtable
from collections import defaultdict

from lint.registry import rule
from lint.syntax import tree


@rule(
    ('check("ex-one", 2)', 'problem = 2\ncheck("ex-one", problem)'),
    ('check("ex-one", 2)', 'for draw in [2]:\n    check("ex-one", draw)'),
    ("_ = draw(1)", "import course as problem\n\n_ = draw(problem)"),
)
def names(chapter):
    bound, used, behind = defaultdict(list), defaultdict(list), {}
    for cell in chapter.cells:
        code = Code(cell)
        for name in code.bound:
            bound[name].append(cell.line)
        for name in code.taken(behind):
            used[name].append(cell.line)
        behind |= code.behind
    for name, lines in bound.items():
        if len(lines) > 1 and used[name]:
            where = ", ".join(map(str, lines))
            for line in lines[1:]:
                yield (
                    line,
                    f"{name!r} is bound in the cells of lines {where} and used in that of line {used[name][0]}: "
                    "give each its own name",
                )


class Code:
    """The names that a cell binds at its top level and those that it takes from other cells."""

    def __init__(self, cell):
        module = tree(cell)
        table = symbols(module)
        self.bound = bindings(table) - {"_"}
        self.mentioned = mentions(table)
        self.early = read_before_bound(module.body)
        functions = {child.get_name(): mentions(child) for child in table.get_children()}
        self.behind = {name: needs for name, needs in functions.items() if name in self.bound}

    def taken(self, behind):
        """The names from other cells, also those that functions of other cells read when they are called."""
        direct = {name for name in self.mentioned if name not in self.bound} | (self.early & self.bound)
        reached, todo = set(), list(direct)
        while todo:
            needs = behind.get(todo.pop(), set()) - reached
            reached |= needs
            todo += needs
        return direct | reached


class Generators(ast.NodeTransformer):
    """Comprehensions as generators: from Python 3.12 on the names of the former count as those of the code around."""

    def visit_ListComp(self, node):
        return self.generic_visit(ast.GeneratorExp(node.elt, node.generators))

    visit_SetComp = visit_ListComp

    def visit_DictComp(self, node):
        return self.generic_visit(ast.GeneratorExp(ast.Tuple([node.key, node.value], ast.Load()), node.generators))


def symbols(node):
    return symtable.symtable(ast.unparse(Generators().visit(copy.deepcopy(node))), "cell", "exec")


def bindings(table):
    """The names bound by a piece of code that is no function."""
    return {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}


def mentions(table):
    """The global names that are read somewhere in a piece of code."""
    top = table.get_type() == "module"
    read = (symbol for symbol in table.get_symbols() if symbol.is_referenced() and (top or symbol.is_global()))
    here = {symbol.get_name() for symbol in read}
    return here.union(*(mentions(child) for child in table.get_children()))


def read_before_bound(statements):
    """The names that a cell reads before it binds them itself; functions read when they are called, later."""
    bound, early = set(), set()
    for piece in pieces(statements):
        table = symbols(ast.Module([piece], []))
        inside = {node.target.id for node in ast.walk(piece) if isinstance(node, ast.NamedExpr)}
        if not isinstance(piece, ast.FunctionDef | ast.ClassDef):
            early |= mentions(table) - bound - inside
        if isinstance(piece, ast.AugAssign) and isinstance(piece.target, ast.Name):
            early |= {piece.target.id} - bound
        bound |= bindings(table)
    return early


def pieces(statements):
    """The statements in the order in which they run, compound ones taken apart."""
    for statement in statements:
        if isinstance(statement, ast.For):
            yield ast.Expr(statement.iter)
            yield from assigned(statement.target)
        elif isinstance(statement, ast.With):
            for item in statement.items:
                yield ast.Expr(item.context_expr)
                yield from assigned(item.optional_vars) if item.optional_vars else ()
        elif isinstance(statement, ast.If | ast.While):
            yield ast.Expr(statement.test)
        elif not isinstance(statement, ast.Try):
            yield statement
            continue
        for part in ("body", "handlers", "orelse", "finalbody"):
            for inner in getattr(statement, part, ()):
                if isinstance(inner, ast.ExceptHandler):
                    yield from assigned(ast.Name(inner.name, ast.Store())) if inner.name else ()
                yield from pieces(inner.body if isinstance(inner, ast.ExceptHandler) else [inner])


def assigned(target):
    yield ast.Assign([target], ast.Constant(None), lineno=1)
