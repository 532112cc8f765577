"""What Sphinx's LaTeX builder lacks for this book: macros, the numbers of the site, and explorers that stand still."""

import base64
from itertools import zip_longest
from urllib.parse import unquote_to_bytes

from bs4 import BeautifulSoup, Tag
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_exercise.nodes import is_exercise_node

import explorers

# Code and outputs have letters that TeX's own typewriter lacks; it lends a few to the text, and mathematics lends two.
CODE = r"\setmonofont{DejaVuSansMono}[Extension=.ttf, BoldFont=*-Bold, ItalicFont=*-Oblique, Scale=.8]"
LENT = {letter: f'{{\\ttfamily\\symbol{{"{ord(letter):X}}}}}' for letter in "ᴰₖ"}
LENT |= {"ℓ": r"\ensuremath{\ell}", "𝒜": r"\ensuremath{\mathcal A}"}
LEND = r"\catcode`{0}=13\begingroup\lccode`\~=`{0}\lowercase{{\endgroup\protected\def~}}{{{1}}}"
LINE = 90  # letters
PICTURE = "data:image/svg+xml,"


def _configure(app: Sphinx, config: Config) -> None:
    """The macros that MathJax knows, letters for code, and how deep the site's numbers go."""
    app.book_depth = config.numfig_secnum_depth
    macros = (config.mathjax3_config or {}).get("tex", {}).get("macros", {})
    lent = "".join(LEND.format(letter, tex) for letter, tex in LENT.items())
    late = rf"\AddToHook{{begindocument/end}}{{{lent}}}"  # when mathematics has claimed its letters
    own = config.latex_elements.get("preamble", "")
    preamble = "\n".join([CODE, late, *(_macro(name, meaning) for name, meaning in macros.items()), own])
    config.latex_elements = {"figure_align": "H"} | config.latex_elements | {"preamble": preamble}  # figures stay here


def _macro(name: str, meaning: str | list) -> str:
    """As MathJax takes it: the TeX, or a list of the TeX and how many arguments it has."""
    tex, arguments = (meaning, 0) if isinstance(meaning, str) else meaning[:2]
    return rf"\providecommand{{\{name}}}{{}}\renewcommand{{\{name}}}[{arguments}]{{{tex}}}"


class _Still(SphinxPostTransform):
    """An explorer by the frame that stands for all, before an output is chosen among its forms."""

    default_priority = 3
    formats = ("latex",)

    def run(self, **_: object) -> None:
        """Replace the outputs that hold one."""
        for output in list(self.document.findall(nodes.raw)):
            if 'class="explorer"' in output.astext():
                explorer = BeautifulSoup(output.astext(), "html.parser").figure
                output.parent.parent.replace_self(still(explorer))


def still(explorer: Tag) -> list[nodes.Node]:
    """The frame, and a paragraph with caption, values and sentence."""
    explorers.stand(explorer.parent, [])
    frame = explorer.select_one(".frames img:not([hidden])")
    drawing = base64.b64encode(unquote_to_bytes(frame["src"].removeprefix(PICTURE))).decode()
    address = f"data:image/svg+xml;base64,{drawing}"
    values = [f"{label.span.text} {label.output.text}" for label in explorer.select("label")]
    said = f"{'; '.join(values)}: {frame['alt']} On the site sliders move this figure."
    caption = explorer.figcaption.text if explorer.figcaption else ""
    return [
        nodes.image(uri=address, candidates={"?": address}, alt=frame["alt"]),
        nodes.paragraph("", "", nodes.emphasis(text=caption), nodes.Text(f" {said}")),
    ]


class _Columns(SphinxPostTransform):
    """Tables as wide as the page, each column for its longest word and by how much it says: else TeX breaks no line."""

    default_priority = 600
    formats = ("latex",)

    def run(self, **_: object) -> None:
        """Give each column a width."""
        for table in self.document.findall(nodes.table):
            table["classes"] = [*(set(table["classes"]) - {"colwidths-auto"}), "colwidths-given"]
            rows = [[cell.astext() for cell in row] for row in table.findall(nodes.row)]
            columns = list(zip_longest(*rows, fillvalue=""))
            words = [max((len(word) for cell in column for word in cell.split()), default=1) for column in columns]
            texts = [sum(min(len(cell), LINE) for cell in column) + 1 for column in columns]
            rest = max(LINE - sum(words), 0)
            for given, word, text in zip(table.findall(nodes.colspec), words, texts, strict=False):  # cells may span
                given["colwidth"] = word + rest * text // sum(texts)


class _Named(SphinxPostTransform):
    """Places that packages leave without a name, and exercises by their numbers on the site."""

    default_priority = 12  # what refers to them has been resolved
    formats = ("latex",)

    def run(self, **_: object) -> None:
        """Name exercises, boxes and pages, and say which exercise is meant."""
        for section in self.document.findall(nodes.section):
            if title := "docname" in section and self.env.titles[section["docname"]].astext().lower():
                section["names"] = [*section["names"], title]  # by which a statement finds its page
        for box in [*self.document.findall(is_exercise_node), *self.document.findall(nodes.admonition)]:
            held = [nodes.target(ids=[name]) for name in box["ids"]]  # below the title
            if isinstance(box[-1], nodes.section):
                box[-1][:0] = held
            else:
                box[1:1] = held
        exercises = getattr(self.env, "sphinx_exercise_registry", {})
        for reference in list(self.document.findall(addnodes.number_reference)):
            label = reference.get("refid") or reference.get("refuri", "").rpartition("#")[2]
            if exercise := exercises.get(label):
                page = exercise["docname"]
                number = self.env.toc_fignumbers[page]["exercise"][label]
                text = self.config.numfig_format["exercise"] % ".".join(map(str, number))
                reference.replace_self(nodes.reference("", text, internal=True, refuri=f"%{page}#{label}"))


def _swap(app: Sphinx, *_: object) -> None:
    """Between two depths of numbers: the site's, and that by which TeX counts figures and equations.

    The second is sphinx-jupyterbook-latex's, which counts parts as well.
    """
    if app.builder.format == "latex":
        app.config.numfig_secnum_depth, app.book_depth = app.book_depth, app.config.numfig_secnum_depth


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("sphinxcontrib.rsvgconverter")
    app.connect("config-inited", _configure, priority=400)  # before what adds to the preamble
    app.connect("builder-inited", _swap, priority=900)
    app.connect("env-check-consistency", _swap)  # when statements have been numbered
    for transform in (_Still, _Columns, _Named):
        app.add_post_transform(transform)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
