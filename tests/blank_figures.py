"""Figures put together as ever and saved as empty sheets, where a test is about something else: rendering takes longest."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from matplotlib.figure import Figure


@contextmanager
def blank_figures() -> Iterator[None]:
    """Have every file of every figure written, and nothing rendered on it."""
    save = Figure.savefig

    def save_blank(figure: Figure, *place: Any, **how: Any) -> None:
        save(Figure(figsize=figure.get_size_inches()), *place, **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Figure, "savefig", save_blank)
        yield
