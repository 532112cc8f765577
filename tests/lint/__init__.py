"""The rules that every page keeps: ``RULES``, by name, in modules by what they look at."""

from lint import claims, code, exercises, figures, names, notebook, sections, text  # noqa: F401  they enter their rules
from lint.registry import RULES, Rule, is_taught

__all__ = ["RULES", "Rule", "is_taught"]
