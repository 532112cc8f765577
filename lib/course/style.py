"""One matplotlib style for the whole book.

Transparent ground and dark ink: the site inverts lightness in dark mode, JupyterLab puts a light sheet
below. The colours are those of Okabe and Ito, told apart by every common form of colour vision; lines
also differ in dash, so that a figure survives a black and white printer. Orange and sky are too pale
on white for a line or a letter: they are for areas.
"""

from collections.abc import Iterable

from cycler import cycler
from IPython import get_ipython
from IPython.core.pylabtools import select_figure_formats
from matplotlib import rcdefaults, rcParams
from matplotlib.axis import Axis
from matplotlib.ticker import NullLocator
from matplotlib_inline.config import InlineBackend

__all__ = ["BLACK", "BLUE", "GREEN", "ORANGE", "PURPLE", "RED", "SKY", "log_ticks", "use"]

BLACK, BLUE, RED, GREEN = "#1a1a1a", "#0072b2", "#d55e00", "#009e73"
PURPLE, ORANGE, SKY = "#cc79a7", "#e69f00", "#56b4e9"


def use() -> None:
    """Apply the book's style to every later figure of this session, whatever its matplotlibrc says."""
    rcdefaults()
    rcParams.update(
        {
            "axes.grid": True,
            "axes.prop_cycle": cycler(color=[BLUE, RED, GREEN, PURPLE, BLACK])
            + cycler(linestyle=["-", "--", "-.", ":", (0, (5, 1))]),
            "axes.spines.right": False,
            "axes.spines.top": False,
            "figure.facecolor": "none",
            "axes.facecolor": "none",
            "savefig.facecolor": "none",
            "figure.figsize": (6.4, 3.6),
            "figure.subplot.bottom": 0.17,
            "figure.subplot.left": 0.12,
            "figure.subplot.right": 0.97,
            "figure.subplot.top": 0.95,
            "font.size": 11,
            "grid.alpha": 0.25,
            "legend.frameon": False,
            "lines.linewidth": 1.8,
            "mathtext.fontset": "dejavusans",
            "svg.fonttype": "none",
            "svg.hashsalt": "implicit-bias",
        }
    )
    if shell := get_ipython():
        # Cells show SVG, also where the inline backend is still to be loaded: then it reads its configuration.
        backend = InlineBackend.instance(parent=shell)
        backend.rc = {}
        backend.figure_formats = {"svg"}
        backend.print_figure_kwargs = {"bbox_inches": "tight", "metadata": {"Date": None}}
        select_figure_formats(shell, backend.figure_formats, **backend.print_figure_kwargs)


def log_ticks(axis: Axis, exponents: Iterable[int]) -> None:
    """Make an axis logarithmic, with one plain tick for each power of ten named.

    Matplotlib's own labels are typeset as formulas and its minor ticks drawn one by one; in an explorer of
    many frames they take most of the time.

    Parameters
    ----------
    axis : matplotlib axis, such as ``axes.yaxis``
    exponents : integers
    """
    exponents = list(exponents)
    getattr(axis.axes, f"set_{axis.axis_name}scale")("log")
    axis.set_minor_locator(NullLocator())
    superscripts = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    axis.set_ticks([10.0**e for e in exponents], ["10" + str(e).translate(superscripts) for e in exponents])
