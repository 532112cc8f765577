"""What the library raises when arguments are fine and the answer still cannot be had."""

__all__ = ["ConvergenceError"]


class ConvergenceError(RuntimeError):
    """An iteration diverged, or a solver stopped before reaching its tolerance. The message says what to change."""
