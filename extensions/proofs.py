"""Proofs that fold, name their statement and have an address of their own, and the switch that shows them all.

Replaces the ``{prf:proof}`` directive, which takes no label and gives every proof the same id.
"""

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

BACKGROUND = "{doc}`Background </book/appendix/background>`"
# What a proof follows from that cites no statement, and the words that say so.
GROUNDS = {
    "definition": f"Follows from the definitions; see {BACKGROUND}.",
    "calculation": f"By calculation; see {BACKGROUND}.",
    "background": f"Follows from what is recalled in {BACKGROUND}.",
}
# The home page's ways to read that choose how proofs are shown, by the emphasized words they begin with.
READINGS = {"For the ideas": ("folded", "Fold all proofs"), "For the proofs": ("shown", "Show all proofs")}


class proof(nodes.General, nodes.Element):
    pass


def _ground(argument: str) -> str:
    return directives.choice(argument, tuple(GROUNDS))


class Proof(SphinxDirective):
    """``{prf:proof}`` with ``:label: proof-<claim>``, and ``:follows-from:`` where it cites no statement."""

    has_content = True
    option_spec: ClassVar = {"follows-from": _ground, "label": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Parse the proof and link it to its statement."""
        label = self.options.get("label", "")
        if not label.startswith("proof-"):
            raise self.error(f"a proof needs the option :label: proof-<claim>, got {label!r}")
        node = proof(ids=[label], names=[label], label=label)
        self.state.document.note_explicit_target(node)
        node += self._line(f"{{prf:ref}}`{label.removeprefix('proof-')}`", "proof-of")
        node[0].insert(0, nodes.inline("", "Proof of ", classes=["proof-word"]))  # on the site the summary says it
        if ground := self.options.get("follows-from"):
            node += self._line(GROUNDS[ground], "follows-from")
        node += self.parse_content_to_nodes()
        return [node]

    def _line(self, text: str, name: str) -> list[nodes.Node]:
        words, messages = self.parse_inline(text)
        return [nodes.paragraph("", "", *words, classes=[name]), *messages]


def _open_html(translator: nodes.NodeVisitor, node: proof) -> None:
    translator.body.append(f'<details class="proof" id="{node["label"]}"><summary>{node[0].astext()}</summary>')


def _close_html(translator: nodes.NodeVisitor, node: proof) -> None:
    translator.body.append("</details>")


def _open_latex(translator: nodes.NodeVisitor, node: proof) -> None:
    translator.body.append("\\begin{quote}" + translator.hypertarget(node["label"]))


def _close_latex(translator: nodes.NodeVisitor, node: proof) -> None:
    translator.body.append("\\hfill$\\square$\\end{quote}")


def _offer_switch(app: Sphinx, doctree: nodes.document, name: str) -> None:
    """The switch below the title of a page with proofs, and beside two of the home page's ways to read."""
    if app.builder.format != "html":
        return
    if name == app.config.root_doc:
        _offer_readings(doctree, app.env.doc2path(name, base=False))
    elif any(doctree.findall(proof)):
        box = '<input type="checkbox" role="switch" autocomplete="off">'
        below = next(doctree.findall(nodes.title))
        below.parent.insert(below.parent.index(below) + 1, _control(f"{box} Show all proofs", "p"))


def _offer_readings(doctree: nodes.document, page: str) -> None:
    for reading, (value, words) in READINGS.items():
        named = (word for word in doctree.findall(nodes.emphasis) if word.astext() == reading)
        if not (word := next(named, None)):
            raise ExtensionError(f"{page}: no way to read begins with *{reading}*: see READINGS in proofs.py")
        radio = f'<input type="radio" name="proofs" value="{value}" autocomplete="off">'
        word.parent += _control(f"{radio} {words}", "span")


def _control(label: str, tag: str) -> nodes.raw:
    """What a reader sets; proofs.js answers, and without scripts it is not shown."""
    return nodes.raw("", f' <{tag} class="proof-switch"><label>{label}</label></{tag}>', format="html")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("sphinx_proof")
    app.add_node(
        proof,
        html=(_open_html, _close_html),
        latex=(_open_latex, _close_latex),
        text=(lambda *_: None, lambda *_: None),
    )
    app.add_directive_to_domain("prf", "proof", Proof, override=True)
    app.add_css_file("proofs.css")
    app.add_js_file("proofs.js", loading_method="defer")
    app.connect("doctree-resolved", _offer_switch)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
