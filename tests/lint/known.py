"""What pages still break. The numbers only fall: when a page breaks a rule less often, lower its number here.

``KNOWN[rule, page]`` is how many messages the rule gives on the page; a page that is not here keeps the rule.
"""

KNOWN: dict[tuple[str, str], int] = {}


def surplus(name: str, page: str, messages: list[str]) -> list[str]:
    """What to say about the messages of a rule on a page: all of them if they are more than are known."""
    known = KNOWN.get((name, page), 0)
    if len(messages) < known:
        return [f"{page} breaks {name} {len(messages)} times, no longer {known}: say so in tests/lint/known.py"]
    return messages if len(messages) > known else []
