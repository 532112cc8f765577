"""What scrolls sideways shows it to every eye and moves by keyboard."""

import io

import ink
import numpy as np
import pytest
import wide
from PIL import Image

from contents import chapters, docname

SCROLLERS = ["div.cell_input pre", ".cell_output pre", "mjx-container[display]", ":is(figure, .frames)"]
HIDE = """(box, how) => ["background", "border-right"].forEach(name =>
    how ? box.style.setProperty(name, how, "important") : box.style.removeProperty(name))"""


@pytest.fixture(scope="module")
def phone(visit):
    """A chapter on a phone."""
    page = visit(f"{docname(chapters()[1])}.html")
    wide.resize(page, 320)
    yield page
    page.close()


def edge(box):
    """The rightmost pixels of a box."""
    picture = Image.open(io.BytesIO(box.screenshot())).convert("L")
    return np.asarray(picture, dtype=float)[:, -4:]


@pytest.mark.parametrize("scroller", SCROLLERS)
def test_more_is_seen(phone, scroller):
    """The edge of what is cut differs from what it would be without a sign, on every ground."""
    box = phone.locator(f"article {scroller}[data-more]:visible").first.element_handle()

    def difference():
        with_sign = edge(box)
        box.evaluate(HIDE, "none")
        without = edge(box)
        box.evaluate(HIDE, "")
        return np.abs(with_sign - without).mean()

    seen = {"light": difference()}
    for ground in ("dark", "a dark palette, the site light", "a light palette, the site dark"):
        with ink.on(phone, ground):
            seen[ground] = difference()
    assert min(seen.values()) > 25, f"{scroller} hides that there is more: of 255 grey levels it changes {seen}"


@pytest.mark.parametrize("scroller", SCROLLERS)
def test_more_is_reached_by_keyboard(phone, scroller):
    box = phone.locator(f"article {scroller}[data-more]:visible").first.element_handle()
    box.focus()
    for _ in range(40):
        phone.keyboard.press("ArrowRight")
    phone.wait_for_function("box => box.dataset.more?.trim() === 'left'", arg=box, timeout=5000)
