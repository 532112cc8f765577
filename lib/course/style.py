"""One matplotlib style for the whole book.

Transparent ground and dark ink: the site inverts lightness in dark mode, JupyterLab puts a light sheet
below. The colours are those of Okabe and Ito, told apart by every common form of colour vision; lines
also differ in dash, so that a figure survives a black and white printer.
"""

from cycler import cycler
from matplotlib import rcParams
from matplotlib_inline.backend_inline import set_matplotlib_formats

__all__ = ["BLACK", "BLUE", "GREEN", "ORANGE", "PURPLE", "RED", "SKY", "use"]

BLACK, BLUE, RED, GREEN = "#1a1a1a", "#0072b2", "#d55e00", "#009e73"
PURPLE, ORANGE, SKY = "#cc79a7", "#e69f00", "#56b4e9"


def use() -> None:
    """Apply the book's style to every later figure of this session."""
    rcParams.update(
        {
            "axes.grid": True,
            "axes.prop_cycle": cycler(color=[BLUE, RED, GREEN, PURPLE, ORANGE, SKY])
            + cycler(linestyle=["-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1))]),
            "axes.spines.right": False,
            "axes.spines.top": False,
            "figure.facecolor": "none",
            "axes.facecolor": "none",
            "savefig.facecolor": "none",
            "figure.figsize": (6.4, 3.6),
            "font.size": 11,
            "grid.alpha": 0.25,
            "legend.frameon": False,
            "lines.linewidth": 1.8,
            "mathtext.fontset": "dejavusans",
            "svg.fonttype": "none",
            "svg.hashsalt": "implicit-bias",
        }
    )
    set_matplotlib_formats("svg", metadata={"Date": None})
