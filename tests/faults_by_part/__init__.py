"""The faults of the library, by the part of the book that must notice them; ``faults.py`` gathers them."""
