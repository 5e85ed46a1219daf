"""No sentence a user reads stands in the code: all of them lie in texts, in Danish and English."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
FILES = [
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "run.py", *sorted(ROOT.glob("analysis/**/*.py")), *sorted(ROOT.glob("model/**/*.py")))
]

# --- what is let alone, and why --------------------------------------------------------------------------------------

PROGRAMMING_ERRORS = {"ValueError", "TypeError", "KeyError", "AssertionError", "RuntimeError"}
"""Raised for a caller's mistake: whoever reads one reads a traceback. What a user can mend is `model.faults.Told`."""

ARGPARSE = {"ArgumentTypeError", "ArgumentParser", "Command", "_lang"}
"""Calls that fill the help of the command line: argparse frames it in English (usage, options, error), as every tool's."""
ARGPARSE_KEYS = {"help", "metavar"}
"""The same in the tables of arguments."""

SQL = re.compile(r"\b(SELECT|COPY|PRAGMA|CREATE|INSERT|DESCRIBE|SET|CASE WHEN|VARCHAR|LIKE|IN \(|AND|AS|DELIMITER)(?![a-z])")

WHOLE_FILES = {
    "analysis/reading/bands.py": "its verdicts stand in docs/face-validity.md, and the documentation is in English",
    "analysis/face_validity.py": "writes docs/face-validity.md, and the documentation is in English",
    "analysis/returns.py": "writes its table into the documentation, which is in English",
    "model/outcomes.py": "the vocabulary: the codebook words each entry in both languages (test_codebook)",
    "model/month/columns.py": "names of columns in a row, split where they are used; the compiled engine tells nothing",
    "model/scenario/file_schema.py": "the JSON schema, in English as the keys it explains; in Danish 'show' tells the meanings",
}

UNITS = ("m DKK", "m DKK a year", "FTE years")
HOLDERS = ("platform operator", "waste firms", "virgin suppliers", "plant builders", "own staff", "centre staff")
HOLDERS += ("centre overhead",)
PHRASES = {
    "analysis/charts/sensitivity.py": {"offset points": "a name of matplotlib's"},
    "analysis/charts/style.py": {"DejaVu Sans": "a name of matplotlib's", "upper left": "a name of matplotlib's"},
    "analysis/codebook_columns.py": {"m DKK": "a unit of the vocabulary, looked up and not shown"},
    "analysis/export/formats.py": dict.fromkeys(UNITS, "a unit of the vocabulary, looked up and not shown"),
    "analysis/report/origin.py": {"python run.py run": "a command to copy"},
    "analysis/report/page.py": {"<!DOCTYPE html>\n{}\n": "HTML"},
    "analysis/report/tables.py": {"lines chain": "classes of CSS", "dated by{}": "classes of CSS"},
    "model/agents/accounts.py": dict.fromkeys(HOLDERS, "whom an account is of, looked up and not shown")
    | {
        "money: the accounts do not add up to zero": "a part of a programming error (model/agents/region.py)",
        "{} {}: {} used of {}": "a part of a programming error (model/agents/region.py)",
    },
    "model/decoding.py": {"Mac Roman": "the name of an encoding"},
    "model/experiment/workers/not_compiled.py": dict.fromkeys(
        ("Failed in ", "Return of:", "- Resolution failure", "raised from", "There are "), "Numba's words, looked for"
    ),
    "model/experiment/results/store.py": {"words of {}": "a table of the database"},
    "model/experiment/results/tablefiles.py": {
        "FORMAT parquet, COMPRESSION zstd": "a part of SQL",
        "Query interrupted": "DuckDB's words, looked for and replaced",
    },
    "model/scenario/offers.py": {"value: {}": "a line of YAML, to be read as a file's would"},
    "model/scenario/settings.py": {"value: {}": "a line of YAML, to be read as a file's would"},
    "model/world/table_rows.py": {"made in code": "stands for the source of a row no file holds, so nobody reads it"},
    "model/scenario/yaml_syntax.py": {
        "mapping values are not allowed": "PyYAML's words, looked for and replaced",
        "could not find expected ':'": "PyYAML's words, looked for and replaced",
    },
}

# --- what looks like a sentence --------------------------------------------------------------------------------------

WORD = r"(?:(?<![-\w])[^\W\d_]+|\{\})"
SENTENCE = re.compile(rf"(?=.*[^\W\d_]{{2}}){WORD}[,;:]? {WORD}")
"""Two words with a blank between them; a value filled in counts as one."""
LETTERS = re.compile(r"[^\W\d_]{2}")
SHOWING = {"print", "write", "set_title", "set_xlabel", "set_ylabel", "suptitle", "annotate"}
"""What is given to these is shown: there a single word is enough."""


class Found(NamedTuple):
    """A string of the code with `{}` for each value filled in."""

    line: int
    text: str


def sentences(source: str) -> list[Found]:
    """Return what looks like a sentence in a file, but for what stands where no user reads it."""
    tree = ast.parse(source)
    alone, shown = set(map(id, _let_alone(tree))), set(map(id, _shown(tree)))
    return [
        Found(node.lineno, text)
        for node, text in _strings(tree)
        if id(node) not in alone and not SQL.search(text) and (LETTERS if id(node) in shown else SENTENCE).search(text)
    ]


def _strings(tree: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """Return every string, one with values filled in as a whole."""
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node, "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield node, node.value


def _let_alone(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value  # what documents a module, class, function or name
        elif isinstance(node, ast.Call) and _name(node.func) in PROGRAMMING_ERRORS | ARGPARSE:
            yield from ast.walk(node)
        elif isinstance(node, ast.Attribute) and node.attr == "split":
            yield from ast.walk(node.value)  # a list of names
        elif isinstance(node, ast.arg | ast.AnnAssign) and isinstance(node.annotation, ast.Constant):
            yield node.annotation  # a type
        elif isinstance(node, ast.Dict):
            told = zip(node.keys, node.values, strict=True)
            for value in (value for key, value in told if isinstance(key, ast.Constant) and key.value in ARGPARSE_KEYS):
                yield from ast.walk(value)
        elif isinstance(node, ast.ClassDef):
            yield from _meanings(node)


def _meanings(group: ast.ClassDef) -> Iterator[ast.AST]:
    """Return what is said of the fields of a schema: English stands with them, Danish in meanings.yaml (test_faults).

    An annotation without a string in it may hold any names of types.
    """
    for field in (one for one in group.body if isinstance(one, ast.AnnAssign)):
        for part in filter(None, (field.annotation, field.value)):
            for call in (node for node in ast.walk(part) if isinstance(node, ast.Call)):
                yield from ast.walk(call)


def _shown(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in SHOWING:
            yield from node.args


def _name(called: ast.expr) -> str:
    return getattr(called, "attr", "") or getattr(called, "id", "")


def not_excused(file: str) -> list[Found]:
    excused = PHRASES.get(file, {})
    return [found for found in sentences((ROOT / file).read_text(encoding="utf-8")) if found.text not in excused]


# --- the tests -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", [file for file in FILES if file not in WHOLE_FILES])
def test_what_a_user_reads_stands_in_texts_and_not_in_code(file: str) -> None:
    assert not_excused(file) == []


def test_every_exception_is_needed() -> None:
    for file in WHOLE_FILES:
        assert sentences((ROOT / file).read_text(encoding="utf-8")), file
    for file, phrases in PHRASES.items():
        there = {found.text for found in sentences((ROOT / file).read_text(encoding="utf-8"))}
        assert set(phrases) <= there, file


@pytest.mark.parametrize(
    ("planted", "noticed"),
    [
        ('raise NotFound("there is no such case")', "there is no such case"),
        ('raise RuleFault(f"{path}: not readable, name {other}")', "{}: not readable, name {}"),
        ('lines.append(f"{count} runs")', "{} runs"),
        ('TITLE = "Symbioser i drift"', "Symbioser i drift"),
        ('print("done")', "done"),
        ('print(f"{count}done", file=stream)', "{}done"),
        ('axes.set_title("Jobs")', "Jobs"),
        ('class A:\n    title: str = "what it costs"', "what it costs"),
        ('ERRORS = {"missing": "this is missing"}', "this is missing"),
        ('told = say("x", reason="out of memory")', "out of memory"),
        ('words = "one" if few else "very many"', "very many"),
        ('"""Module."""\n\ndef f():\n    """Say it."""\n    return "said so"', "said so"),
    ],
)
def test_a_sentence_planted_in_code_is_noticed(planted: str, noticed: str) -> None:
    assert [found.text for found in sentences(planted)] == [noticed]


@pytest.mark.parametrize(
    "kept",
    [
        '"""What this module does."""',
        'def f():\n    """Return what it is."""',
        'raise ValueError("no texts in this language")',
        'rows = ask("SELECT run FROM cases WHERE replicate = 1")',
        'FILE = {"metavar": "FILE", "help": "a scenario file"}',
        'class Prices(Strict):\n    freight: Uncertain = Field(description="haulage by lorry")',
        'print(say("progress.line").worded(language))',
        'name = f"{scenario}_{replicate}.csv"',
        'rule = f"--rule {name}"',
        'print("\\n".join(lines))',
    ],
)
def test_what_no_user_reads_as_a_sentence_is_let_alone(kept: str) -> None:
    assert sentences(kept) == []


def test_files_of_commands_model_and_analysis_are_looked_through() -> None:
    looked_through = {"run.py", "model/experiment/results/store.py", "model/kept.py", "analysis/report/html.py"}
    assert looked_through <= set(FILES)
