"""The vocabulary of results is one: every recorded name is known and moves somewhere."""

from model.month.kinds import OPERATING
from model.outcomes import (
    DROP_CAUSES,
    END_CAUSES,
    INDEX,
    MEASURES,
    NAMES,
    STAGES,
    VARIABLES,
)
from tests.worlds import everything, run


def test_names_are_unique_and_stages_are_in_order():
    assert len(set(NAMES)) == len(NAMES) == len(INDEX)
    assert STAGES[OPERATING] == "operating"


def test_every_measure_has_unit_date_and_expression():
    assert all(all(part.strip() for part in measure) for measure in MEASURES)
    assert all(variable.kind in ("flow", "stock", "account") for variable in VARIABLES)


def test_every_variable_moves_somewhere_and_every_end_has_a_known_cause():
    results = [run(everything(), replicate=replicate).result() for replicate in range(3)]
    seen = {name: any(result.outcomes[..., INDEX[name]].any() for result in results) for name in NAMES}
    assert [name for name, moved in seen.items() if not moved] == []
    cases = [case for result in results for case in result.cases]
    assert {c.end_cause for c in cases if c.started < 0} <= {"", *DROP_CAUSES}
    assert {c.end_cause for c in cases if c.started >= 0} <= {"", *END_CAUSES}
