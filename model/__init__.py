"""A region of firms and a publicly funded facilitation centre, month by month."""

__version__ = "0.5.0"
