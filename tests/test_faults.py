"""Messages are said in both languages alike, and only when asked for."""

import copy
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import BaseModel

from model.faults import LANGUAGES, MOST_TOLD, TEXTS, Fault, Faulty, Place, Told, os_reason, say, sentences
from model.scenario.scenario import Experiment, Scenario
from model.scenario.schema import Uncertain
from model.scenario.schema_tree import fields, model_of

ROOT = TEXTS.parent.parent


def of_files(language: str) -> dict[str, str]:
    """The sentences of a language without what it says about fields, which English has in the schema."""
    return {key: text for key, text in sentences(language).items() if not key[0].isupper()}


def asked(sentence: str) -> list[str]:
    return sorted({name for _, name, _, _ in string.Formatter().parse(sentence) if name})


def test_both_languages_have_the_same_sentences_asking_for_the_same_values() -> None:
    english, danish = of_files("en"), of_files("da")
    assert set(english) == set(danish)
    assert {key: asked(text) for key, text in english.items()} == {key: asked(text) for key, text in danish.items()}


def models(schema: object, found: dict[str, type[BaseModel]]) -> dict[str, type[BaseModel]]:
    """All groups of the schema below a type."""
    model = model_of(schema)
    if model and model.__qualname__ + model.__module__ not in found:
        found[model.__qualname__ + model.__module__] = model
        for kind in fields(model).values():
            models(kind, found)
            for part in getattr(kind, "__args__", ()):
                models(part, found)
    return found


def test_every_field_of_the_schema_has_a_meaning_in_danish() -> None:
    danish = sentences("da")
    every = models(Experiment, models(Scenario, {})).values()
    assert Uncertain in every and len(list(every)) > 20
    lacking = [
        f"{model.__name__}.{name}"
        for model in every
        for name in model.model_fields
        if not any(f"{base.__name__}.{name}" in danish for base in model.__mro__)
    ]
    assert lacking == []


def test_every_sentence_is_used_somewhere() -> None:
    files = [ROOT / "run.py", *ROOT.glob("model/**/*.py"), *ROOT.glob("analysis/**/*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    made_of_parts = ("reason.", "remedy.", "kind.", "show.shape.", "show.grade.", "design.")
    unused = [key for key in of_files("en") if not key.startswith(made_of_parts) and f'"{key}"' not in code]
    assert [key for key in unused if f"'{key}'" not in code] == []


def test_danish_sentences_hold_no_english_words() -> None:
    for key, text in of_files("da").items():
        assert not re.search(r"\b(the|not|is|allowed|write)\b", re.sub(r"«.*?»|».*?«|'.*?'|\{.*?\}", "", text)), key


def test_a_message_is_worded_in_the_language_asked_for_with_all_in_it() -> None:
    message = say("float_type", given=say("a_list")).followed_by(None, say("did_you_mean", guess="low"))
    assert str(message) == "a number is needed here, not a list; did you mean 'low'?"
    assert message.worded("da") == "her skal stå et tal, ikke en liste; mente du 'low'?"
    fault = Fault(Place("a.yaml", 3, 7), "title", say("string_too_short"))
    assert fault.worded("da").startswith("a.yaml:3:7 title: må ikke være tom")
    assert str(Fault(Place("a.csv", 3), "", say("table.not_csv"))).startswith("a.csv:3: ")


def test_what_a_user_can_mend_is_told_in_the_language_asked_for_and_in_english_as_text() -> None:
    told = Told(say("result.no_run", folder="r"))
    assert str(told) == "r holds no finished run: there is nothing to show"
    assert told.worded("da") == "r indeholder ingen modelkørsel, der blev færdig, så der er ikke noget at vise"
    assert str(copy.copy(told)) == str(told)  # made anew from what it holds, as on its way from another process


def test_of_very_many_faults_the_first_are_told_and_the_others_counted() -> None:
    faults = [Fault(Place("a.yaml", line + 1, 1), "", say("tab")) for line in range(MOST_TOLD + 7)]
    lines = Faulty(*faults).worded("da").splitlines()
    assert len(lines) == MOST_TOLD + 1
    assert "7" in lines[-1] and len(Faulty(*faults[:MOST_TOLD]).worded("en").splitlines()) == MOST_TOLD


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_system_s_reason_is_worded_where_it_is_a_usual_one(language: str) -> None:
    reasons = {str(os_reason(OSError(number, "Odd"))) for number in (1, 13, 28)}
    assert "Odd" not in reasons
    assert os_reason(OSError(5, "Odd")) == "Odd"
    assert say("unreadable", reason=os_reason(OSError(13, "Odd"))).worded(language)


def test_no_sentence_is_read_for_a_help_text_or_a_schema() -> None:
    code = (
        "import run, contextlib, io; from model import faults\n"
        "with contextlib.redirect_stdout(io.StringIO()): run.main(['schema'])\n"
        "print(faults.sentences.cache_info().currsize)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1]
    )
    assert done.stdout.split() == ["0"]
