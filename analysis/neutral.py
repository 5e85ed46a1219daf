"""Texts that do nothing in a spreadsheet: none is taken for a formula, none breaks the file it stands in."""

import re

_NO_XML = "\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x{FFFE}\\x{FFFF}"
"""Characters that XML 1.0 has no way to write, as DuckDB's regular expressions spell them."""
_ILLEGAL = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]")
INSTEAD = "\ufffd"
_UNSEEN = "\\s\u00a0\u00ad\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
"""Blanks, and characters nobody sees; DuckDB's regular expressions count only those of ASCII as blank."""
FORMULA = f"^[{_UNSEEN}]*[=+\\-@＝＋－＠]|^[\\t\\r\\n]"
"""How a text begins that some spreadsheet takes for a formula when it opens CSV."""
LONGEST_CELL = 32_767
"""Characters a cell of a workbook holds."""


def clean(text: str) -> str:
    """Return a text without characters that XML cannot write, and no longer than a cell."""
    return _ILLEGAL.sub(INSTEAD, text)[:LONGEST_CELL]


def inert(text: str) -> str:
    """Return a clean text with an apostrophe before what would be a formula."""
    cleaned = clean(text)
    return f"'{cleaned}" if re.search(FORMULA, cleaned) else cleaned


def clean_sql(expression: str) -> str:
    """Return the SQL of `clean`."""
    return f"left(regexp_replace({expression}, '[{_NO_XML}]', '{INSTEAD}', 'g'), {LONGEST_CELL})"


def inert_sql(expression: str) -> str:
    """Return the SQL of `inert`."""
    text = clean_sql(expression)
    return f"CASE WHEN regexp_matches({text}, '{FORMULA}') THEN '''' || {text} ELSE {text} END"
