"""Remembers candidate pairs that something has happened to: a table by row with open addressing, most rows never enter."""

from .columns import NONE

FILLED_AT_MOST = 0.5


def note_of(w, row):
    """Return the note on a candidate row; a new one where there is none yet."""
    now = w.now[0]
    note = w.notes[_place(w, row)]
    if note.row == NONE:
        if now.notes < FILLED_AT_MOST * len(w.notes):
            note.row = row
            now.notes += 1
        else:
            now.full = True
    return note


def rests(w, row):
    """Tell whether a pair that came to nothing is not looked at this month."""
    return w.notes[_place(w, row)].rests_until > w.now[0].month


def was_asked(w, row, pool):
    """Tell whether a round has asked a supplier and does not ask it again yet; rounds count from 1 here."""
    note = w.notes[_place(w, row)]
    return note.asked_by == pool and note.asked_again_from > w.now[0].month


def _place(w, row):
    """Return where the note on a row stands, or would stand."""
    size = len(w.notes)
    place = row * 40503 % size
    while w.notes[place].row != row and w.notes[place].row != NONE:
        place = (place + 1) % size
    return place
