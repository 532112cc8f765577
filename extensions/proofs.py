"""Proofs that fold, name their statement and have an address of their own.

Replaces the ``{prf:proof}`` directive, which takes no label and gives every proof the same id.
"""

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class proof(nodes.General, nodes.Element):
    pass


class Proof(SphinxDirective):
    """``{prf:proof}`` with ``:label: proof-<claim>``."""

    has_content = True
    option_spec: ClassVar = {"label": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Parse the proof and link it to its statement."""
        label = self.options.get("label", "")
        if not label.startswith("proof-"):
            raise self.error(f"a proof needs the option :label: proof-<claim>, got {label!r}")
        node = proof(ids=[label], names=[label], label=label)
        self.state.document.note_explicit_target(node)
        reference, messages = self.parse_inline(f"Proof of {{prf:ref}}`{label.removeprefix('proof-')}`")
        node += nodes.paragraph("", "", *reference, classes=["proof-of"])
        node += messages
        node += self.parse_content_to_nodes()
        return [node]


def _open_html(translator: nodes.NodeVisitor, node: proof) -> None:
    translator.body.append(f'<details class="proof" id="{node["label"]}" open><summary>Proof</summary>')


def _close_html(translator: nodes.NodeVisitor, node: proof) -> None:
    translator.body.append("</details>")


def _open_latex(translator: nodes.NodeVisitor, node: proof) -> None:
    translator.body.append("\\begin{quote}\\hypertarget{" + node["label"] + "}{}")


def _close_latex(translator: nodes.NodeVisitor, node: proof) -> None:
    translator.body.append("\\hfill$\\square$\\end{quote}")


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
    return {"parallel_read_safe": True, "parallel_write_safe": True}
