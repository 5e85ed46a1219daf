"""A region of firms and a publicly funded facilitation centre, month by month."""

__version__ = "0.2.0"
