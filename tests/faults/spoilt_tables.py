"""Folders of tables spoilt on purpose: at random, in ways that are wrong by construction, and in ways that change nothing."""

import csv
import io
from collections.abc import Callable, Mapping
from functools import cache
from random import Random
from typing import Any, NamedTuple

from .places import data_tables
from .spoilt_scenarios import (
    ANY,
    SAME,
    WRONG,
    Typo,
    Unfitting,
    cut,
    flipped,
    lines,
    mistyped,
    odd_bytes,
    swapped,
    token,
)

SMALL, LARGE = "data/two_firms", "data"
ALONE = {SMALL: "extends: two_firms\nregion: {data: tables}\n", LARGE: "extends: base\nregion: {data: tables}\n"}
"""The scenario that uses the tables of a folder `tables`."""
CODES = (
    "code",
    "municipality",
    "sector",
    "stream",
    "partner",
    "residual",
    "input",
    "season",
    "linkage",
    "supplier",
    "receiver",
    "place",
)
TEXTS = ("name", "name_en", "name_da", "source_or_basis")
MAY_BE_EMPTY = ("low_factor", "high_factor")
SIGNED = ("co2e_t_per_unit", "x_km_offset", "y_km_offset")


class SpoiltTables(NamedTuple):
    """A folder of tables, made of a shipped one with one file changed; None takes the file away."""

    how: str
    origin: str
    file: str
    content: bytes | None
    expected: str = ANY
    typo: Typo | None = None


class _Table(NamedTuple):
    origin: str
    file: str
    text: str
    rows: list[list[str]]

    def spoilt(self, how: str, rows: list[list[str]], expected: str = WRONG, typo: Typo | None = None) -> SpoiltTables:
        """Return the table with other rows."""
        target = io.StringIO()
        csv.writer(target, lineterminator="\n").writerows(rows)
        return SpoiltTables(f"{self.file}: {how}", self.origin, self.file, target.getvalue().encode(), expected, typo)

    def bytes(self, how: str, content: bytes | None, expected: str = WRONG) -> SpoiltTables:
        """Return the table with other content."""
        return SpoiltTables(f"{self.file}: {how}", self.origin, self.file, content, expected)


Spoil = Callable[[Random, _Table], SpoiltTables]


@cache
def _tables(origin: str) -> Mapping[str, str]:
    return data_tables(origin)


def spoilt(rng: Random) -> SpoiltTables:
    """Return a spoilt folder of tables."""
    while True:
        origin = LARGE if rng.random() < 0.1 else SMALL
        file = rng.choice(list(_tables(origin)))
        text = _tables(origin)[file]
        table = _Table(origin, file, text, list(csv.reader(io.StringIO(text))))
        try:
            return rng.choices(list(WAYS), weights=list(WAYS.values()))[0](rng, table)
        except Unfitting:
            continue


def _cell(rng: Random, table: _Table, fits: Callable[[str], bool]) -> tuple[int, int]:
    columns = [i for i, name in enumerate(table.rows[0]) if fits(name)]
    if len(table.rows) < 2 or not columns:
        raise Unfitting
    return rng.randrange(1, len(table.rows)), rng.choice(columns)


def _with(table: _Table, row: int, column: int, text: str) -> list[list[str]]:
    rows = [list(cells) for cells in table.rows]
    rows[row][column] = text
    return rows


def _is_number(name: str) -> bool:
    words = (*CODES, *TEXTS, "grade", "kind", "unit", "mode", "direction", "size_class", "price_index")
    return name not in (*words, "known", "closes", "estate", "public_inputs")


# --- wrong by construction -------------------------------------------------------------------------------------------


def no_number(rng: Random, table: _Table) -> SpoiltTables:
    """Put into a cell for a number what is none."""
    row, column = _cell(rng, table, _is_number)
    text = rng.choice(
        (
            "abc",
            "nan",
            "inf",
            "-Infinity",
            "1e400",
            "1,5",
            "12.000.000",
            "0x1F",
            "1_000",
            "1 000",
            "１２",
            "٣",
            "12 mio",
            "50%",
            "1e",
            "--1",
            "∞",
        )
        + (
            "½",
            "yes",
            "1\n2",
            "'1",
            "=1+1",
            "1/2",
            "9" * 400,
            "1\x002",
            "\u200b1",
            "1;5",
            "#REF!",
            "TRUE",
            "1.234.567,8",
        )
    )
    return table.spoilt(f"{table.rows[0][column]}: {text[:30]!r}", _with(table, row, column, text))


def empty_cell(rng: Random, table: _Table) -> SpoiltTables:
    """Empty a cell that must not be."""
    row, column = _cell(rng, table, lambda name: name not in MAY_BE_EMPTY)
    return table.spoilt(f"{table.rows[0][column]} empty", _with(table, row, column, rng.choice(("", " ", "\t", "\xa0"))))


def negative(rng: Random, table: _Table) -> SpoiltTables:
    """Put a negative number where none can be."""
    row, column = _cell(rng, table, lambda name: _is_number(name) and name not in SIGNED)
    return table.spoilt(f"{table.rows[0][column]} negative", _with(table, row, column, rng.choice(("-1", "-1e-9", "-1e300"))))


def no_choice(rng: Random, table: _Table) -> SpoiltTables:
    """Put a word nobody knows where one of a few must stand."""
    names = (
        "grade",
        "kind",
        "unit",
        "mode",
        "direction",
        "size_class",
        "price_index",
        "known",
        "closes",
        "estate",
        "public_inputs",
    )
    row, column = _cell(rng, table, lambda name: name in names)
    return table.spoilt(
        f"{table.rows[0][column]} unknown",
        _with(table, row, column, rng.choice(("maybe", "Truck", "YES", "1", "out,in", "tt"))),
    )


def no_code(rng: Random, table: _Table) -> SpoiltTables:
    """Put into a cell for a code what is none, or one that nothing has."""
    row, column = _cell(rng, table, lambda name: name in CODES and name != "code")
    return table.spoilt(
        f"{table.rows[0][column]} unknown",
        _with(table, row, column, rng.choice(("nobody", "a b", "../a", "é", "x" * 500, "a\nb", "=1"))),
    )


def missing_column(rng: Random, table: _Table) -> SpoiltTables:
    """Leave a column out."""
    at = rng.randrange(len(table.rows[0]))
    return table.spoilt(f"without {table.rows[0][at]}", [cells[:at] + cells[at + 1 :] for cells in table.rows])


def further_column(rng: Random, table: _Table) -> SpoiltTables:
    """Add a column nobody knows, or one that is there."""
    name = rng.choice(("colour", "", " ", table.rows[0][0], "origin", "__class__", "code\n", "=1+1"))
    return table.spoilt(f"further column {name!r}", [[*cells, "1" if i else name] for i, cells in enumerate(table.rows)])


def mistyped_column(rng: Random, table: _Table) -> SpoiltTables:
    """Mistype the name of a column by one letter."""
    at = rng.choice([i for i, name in enumerate(table.rows[0]) if len(name) >= 3])
    right = table.rows[0][at]
    typed = mistyped(rng, right)
    if typed in table.rows[0]:
        raise Unfitting
    return table.spoilt(f"typo {right} -> {typed}", _with(table, 0, at, typed), typo=Typo(typed, right))


def uneven_row(rng: Random, table: _Table) -> SpoiltTables:
    """Give a row a cell too many or too few."""
    rows = [list(cells) for cells in table.rows]
    if len(rows) < 2:
        raise Unfitting
    at = rng.randrange(1, len(rows))
    rows[at] = [*rows[at], "1"] if rng.random() < 0.5 else rows[at][:-1]
    return table.spoilt("uneven row", rows)


def doubled_row(rng: Random, table: _Table) -> SpoiltTables:
    """Let a row stand there twice."""
    row, _ = _cell(rng, table, lambda _: True)
    return table.spoilt("a row twice", [*table.rows, table.rows[row]])


def no_table(rng: Random, table: _Table) -> SpoiltTables:
    """Take the table away, or leave nothing in it that is one."""
    contents = (
        None,
        b"",
        b"\n",
        b"\xef\xbb\xbf",
        b"\0" * 100,
        b"PK\x03\x04",
        b"a;b;c\n1;2;3\n",
        b"\n\n\n",
        b'"',
        b'"' + b"a" * 200_000,
        b"," * 100_000,
    )
    content = rng.choice(contents)
    return table.bytes(f"only {content and content[:10]!r}", content)


def other_encoding(rng: Random, table: _Table) -> SpoiltTables:
    """Write the table in another encoding."""
    encoding = rng.choice(("utf-16", "utf-16-le", "utf-32", "cp500", "latin-1", "cp1252"))
    content = table.text.encode(encoding, errors="replace")
    try:
        is_same = content.decode("utf-8") == table.text
    except UnicodeDecodeError:
        is_same = False
    if encoding == "utf-16" and content.decode(encoding) == table.text:
        return table.bytes(encoding, content, SAME)  # it begins with a mark that says so
    if is_same or (encoding in ("latin-1", "cp1252") and "?" in content.decode(encoding) and "?" not in table.text):
        raise Unfitting
    return table.bytes(encoding, content)


def separators(rng: Random, table: _Table) -> SpoiltTables:
    """Part the cells by what nobody would, or by semicolons while decimals have points."""
    mark = rng.choice(";|:")
    if mark == ";" and not any("." in cell for cells in table.rows[1:] for cell in _numbers(table, cells)):
        raise Unfitting
    return table.bytes(f"parted by {mark!r}", _separated(table.rows, mark))


def _numbers(table: _Table, cells: list[str]) -> list[str]:
    return [cell for name, cell in zip(table.rows[0], cells, strict=True) if _is_number(name)]


def _separated(rows: list[list[str]], mark: str) -> bytes:
    target = io.StringIO()
    csv.writer(target, delimiter=mark, lineterminator="\n").writerows(rows)
    return target.getvalue().encode()


def _with_commas(table: _Table) -> list[list[str]]:
    """Return the rows with a comma before decimals, as a Danish spreadsheet writes them."""
    numbers = [_is_number(name) for name in table.rows[0]]
    return [
        [cell.replace(".", ",") if is_number else cell for cell, is_number in zip(cells, numbers, strict=True)]
        for cells in table.rows
    ]


def open_quote(rng: Random, table: _Table) -> SpoiltTables:
    """Open a quote that is never closed."""
    return table.bytes("open quote", f'{table.text}"'.encode())


def bomb(rng: Random, table: _Table) -> SpoiltTables:
    """Try to eat time and memory."""
    many = 10 ** rng.randint(2, 5)
    header = table.rows[0]
    bombs: dict[str, Callable[[], bytes]] = {
        "rows": lambda: table.text.encode() + b",".join([b"1"] * len(header)) * many,
        "empty cells": lambda: table.text.encode() + b"," * many,
        "columns": lambda: ",".join([*header, *(f"c{i}" for i in range(many))]).encode(),
        "long cell": lambda: table.text.encode() + b"x" * (10 * many),
        "quotes": lambda: table.text.encode() + b'"' * (2 * many + 1),
        "newlines in quotes": lambda: table.text.encode() + b'"' + b"\n" * many + b'"',
        "same rows": lambda: (table.text + (table.text.split("\n")[1] + "\n") * many).encode(),
        "carriage returns": lambda: table.text.encode() + b"\rx" * many,
    }
    how = rng.choice([name for name in bombs if name != "same rows" or len(table.rows) > 1])
    return table.bytes(f"bomb: {how}, {many:,}", bombs[how](), SAME if how in ("empty cells", "newlines in quotes") else WRONG)


# --- at random, and nothing ------------------------------------------------------------------------------------------


def random_bytes(rng: Random, table: _Table) -> SpoiltTables:
    """Flip, cut, swap, double and put in, a few times."""
    content, done = table.text.encode(), []
    for _ in range(rng.randint(1, 3)):
        spoil = rng.choice((flipped, odd_bytes, cut, swapped, token, lines))
        content = spoil(content, rng)
        done.append(spoil.__name__)
    return table.bytes(", ".join(done), content, ANY)


def odd_text(rng: Random, table: _Table) -> SpoiltTables:
    """Put an odd text into a cell for one."""
    row, column = _cell(rng, table, lambda name: name in ("name", "name_en", "name_da"))
    text = rng.choice(('a "b" c', "a,b", "a\nb", "æøå", "=1+1", "<b>", "\u202ea", "x" * 100_000, "a\r\nb", "😀", "\u2028", "'"))
    return table.spoilt(f"{table.rows[0][column]}: {text[:20]!r}", _with(table, row, column, text), ANY)


def harmless(rng: Random, table: _Table) -> SpoiltTables:
    """Write the same in another way."""
    ways = ("CRLF", "BOM", "empty lines", "quoted", "rows", "columns", "blanks", "no newline at the end")
    how = rng.choice((*ways, "semicolons", "tabs", "blank rows", "blank columns"))
    separated = {
        "semicolons": lambda: _separated(_with_commas(table), ";"),
        "tabs": lambda: _separated(table.rows, "\t"),
        "blank rows": lambda: _separated([[""] * 3, *table.rows, [" "] * len(table.rows[0])], ","),
        "blank columns": lambda: _separated([[*cells, "", ""] for cells in table.rows], ","),
    }
    if how in separated:
        return table.bytes(how, separated[how](), SAME)
    plain = {
        "CRLF": table.text.replace("\n", "\r\n"),
        "BOM": "\ufeff" + table.text,
        "empty lines": table.text + "\n\n",
        "no newline at the end": table.text.rstrip("\n"),
    }
    if how in plain:
        return table.bytes(how, plain[how].encode(), SAME)
    order = list(range(len(table.rows[0])))
    rng.shuffle(order)
    made: dict[str, Any] = {
        "rows": [table.rows[0], *sorted(table.rows[1:], reverse=True)],
        "columns": [[cells[i] for i in order] for cells in table.rows],
        "blanks": [table.rows[0], *([f" {cell} " for cell in cells] for cells in table.rows[1:])],
    }
    if how in made:
        return table.spoilt(how, made[how], SAME)
    target = io.StringIO()
    csv.writer(target, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(table.rows)
    return table.bytes(how, target.getvalue().encode(), SAME)


WAYS: dict[Spoil, int] = {
    random_bytes: 30,
    no_number: 16,
    empty_cell: 6,
    negative: 6,
    no_choice: 5,
    no_code: 6,
    missing_column: 4,
    further_column: 4,
    mistyped_column: 8,
    uneven_row: 4,
    doubled_row: 4,
    no_table: 4,
    other_encoding: 4,
    separators: 2,
    open_quote: 1,
    bomb: 4,
    odd_text: 3,
    harmless: 6,
}
"""Ways of spoiling a table, by how often each is taken."""
