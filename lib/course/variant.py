"""Each student's own instance of a problem."""

import hashlib

__all__ = ["variant"]


def variant(student: str, problem: str) -> int:
    """Return the seed from which a student's instance of a problem is drawn.

    Parameters
    ----------
    student : str
        The student's id in the course; blanks around it and capital letters make no difference.
    problem : str
        Name of the problem.

    Returns
    -------
    int, at least 0 and below 2**32

    Raises
    ------
    ValueError
        If one of them is no text, or empty.
    """
    for name, value in {"student": student, "problem": problem}.items():
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"{name} must be a text that is not empty, got {value!r}: write your id where it says so")
    text = f"{problem}:{student.strip().casefold()}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
