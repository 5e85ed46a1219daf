"""Writes the messages of the corpus anew, after a wording was changed deliberately: `python -m tests.bad_input`.

Read what changed (`git diff tests/bad_input`) as somebody would who has made the mistake.
"""

import tempfile
from pathlib import Path
from typing import Any

import yaml

from .corpus import FOLDER, LANGUAGES, Case, check, kinds, neutral, read_messages


def main() -> None:
    """Check every case and write down what is said."""
    for kind in kinds():
        messages = {name: _told(Case(kind, name, told)) for name, told in read_messages(kind).items()}
        text = yaml.dump(messages, sort_keys=False, allow_unicode=True, width=10_000)
        (FOLDER / kind / "messages.yaml").write_text(text, encoding="utf-8")


def _told(case: Case) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        said = {language: check(case, language, Path(folder) / language) for language in LANGUAGES}
    for language, one in said.items():
        if one.code != 2 or one.out:
            print(f"{case.path} ({language}): exit code {one.code}, {one.out.strip()}")
    return {**{language: neutral(one.err) for language, one in said.items()}, **_kept(case)}


def _kept(case: Case) -> dict[str, Any]:
    return {key: value for key, value in case.told.items() if key not in LANGUAGES}


if __name__ == "__main__":
    main()
