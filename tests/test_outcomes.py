"""The vocabulary of results is one: every recorded name is known, documented, and found in the measures' page."""

from pathlib import Path

from model.cases import OPERATING
from model.outcomes import (
    CLASS_MEANINGS,
    CLASSES,
    DROP_CAUSES,
    END_CAUSES,
    INDEX,
    MEASURES,
    NAMES,
    OTHER,
    STAGES,
    VARIABLES,
    page,
)
from tests.worlds import everything, run

PAGE = Path(__file__).parents[1] / "docs" / "measures.md"


def test_the_measures_page_is_the_one_the_program_prints():
    assert PAGE.read_text(encoding="utf-8") == page()


def test_names_are_unique_and_classes_are_explained():
    assert len(set(NAMES)) == len(NAMES) == len(INDEX)
    assert tuple(CLASS_MEANINGS) == (*CLASSES, OTHER)
    assert STAGES[OPERATING] == "operating"


def test_every_measure_has_unit_date_and_expression():
    assert all(all(part.strip() for part in measure) for measure in MEASURES)
    assert all(variable.kind in ("flow", "stock") for variable in VARIABLES)


def test_every_variable_moves_somewhere_and_every_end_has_a_known_cause():
    results = [run(everything(), replicate=replicate).result() for replicate in range(3)]
    seen = {name: any(result.outcomes[..., INDEX[name]].any() for result in results) for name in NAMES}
    assert [name for name, moved in seen.items() if not moved] == []
    cases = [case for result in results for case in result.cases]
    assert {c.end_cause for c in cases if c.started < 0} <= {"", *DROP_CAUSES}
    assert {c.end_cause for c in cases if c.started >= 0} <= {"", *END_CAUSES}
