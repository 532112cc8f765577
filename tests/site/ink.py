"""Ink and ground: how much of what is drawn stands out, on a screen, on paper and in a palette of the reader's."""

import io
from contextlib import contextmanager

import numpy as np
from PIL import Image

# What the page is told, and the colours that the site's own switch is set to.
GROUNDS = {
    "dark": {"color_scheme": "dark", "theme": "dark"},
    "paper, from a dark screen": {"media": "print", "color_scheme": "dark", "theme": "dark"},
    "a dark palette, the site light": {"forced_colors": "active", "color_scheme": "dark", "theme": "light"},
    "a light palette, the site dark": {"forced_colors": "active", "color_scheme": "light", "theme": "dark"},
}
# The theme's script answers to the colour scheme in the next frame; only then the switch is ours to set.
_THEME = """async theme => {
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    document.documentElement.dataset.theme = theme;
}"""
# Texts that stand out from white by less than 4.5, and what lies behind a text and is not white.
_PALE = """() => {
    const luminance = colour => {
        const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
        const linear = [r, g, b].map(c => (c / 255) <= 0.04 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
        const shade = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
        return 1 - a * (1 - shade);
    };
    const found = new Set();
    const words = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
        const box = words.currentNode.parentElement;
        if (!words.currentNode.data.trim() || !box.checkVisibility()) continue;
        const {color, backgroundColor} = getComputedStyle(box);
        if (1.05 / (luminance(color) + 0.05) < 4.5) found.add(`${color}: ${box.textContent.slice(0, 40)}`);
        if (luminance(backgroundColor) < 0.8) found.add(`on ${backgroundColor}: ${box.textContent.slice(0, 40)}`);
    }
    return [...found];
}"""


@contextmanager
def on(page, ground):
    """The page on one of the ``GROUNDS``, and then on a light screen again."""
    told = dict(GROUNDS[ground])
    theme = told.pop("theme")
    page.emulate_media(**told)
    page.evaluate(_THEME, theme)
    yield
    page.emulate_media(media="screen", color_scheme="light", forced_colors="none")
    page.evaluate(_THEME, "light")


def legible_share(box):
    """Share of the pixels with a contrast of 4.5 or more to the ground, which is the most common colour."""
    picture = Image.open(io.BytesIO(box.screenshot())).convert("RGB")
    counts, colours = zip(*picture.getcolors(1 << 24), strict=True)
    channels = np.array(colours) / 255
    linear = np.where(channels <= 0.04, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722] + 0.05
    ground = luminance[np.argmax(counts)]
    stands_out = np.maximum(luminance / ground, ground / luminance) >= 4.5
    return np.array(counts)[stands_out].sum() / sum(counts)


def pale(page):
    """Texts that would not be legible on white paper."""
    return page.evaluate(_PALE)
