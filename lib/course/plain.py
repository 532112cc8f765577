"""Words for every console."""

import sys
import unicodedata

__all__ = ["printable"]

_ASCII = {
    "✓": "OK",
    "✗": "X",
    "≤": "<=",
    "≥": ">=",
    "·": "|",
    "−": "-",
    "–": "-",
    "…": "...",
    "‖": "||",
    "’": "'",
    "†": "^+",
}


def printable(text: str) -> str:
    """Return ``text`` as it is, or spelt with the characters that the standard output can encode.

    A console of code page 1252 has no ✓ and no β; it reads ``OK`` and ``beta``.
    """
    encoding = getattr(sys.stdout, "encoding", None) or "utf8"
    return "".join(character if _encodes(character, encoding) else _spelt(character) for character in text)


def _encodes(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _spelt(character: str) -> str:
    parts = unicodedata.normalize("NFKD", character)
    plain = "".join(_ASCII.get(part, part) for part in parts).encode("ascii", "ignore").decode()
    name = unicodedata.name(character, "?").split(" WITH ")[0]
    return plain or ("" if unicodedata.combining(character) else name.split()[-1].lower())
