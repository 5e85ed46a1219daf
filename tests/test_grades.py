"""How much of a scenario is assumed, counted over the numbers it uses."""

from model.experiment.plan.grades import grades
from model.scenario.scenario import Uncertainties
from tests.made_up import no_centre


def counted(trust: str) -> int:
    return sum(grades(no_centre(rules={"trust": trust, "price": "nash"}))["uncertain_numbers"].values())


def test_numbers_of_a_trust_rule_that_is_not_chosen_do_not_count() -> None:
    in_all = sum(len(group.annotation.model_fields) for group in Uncertainties.model_fields.values())
    of_ghali = len(Uncertainties.model_fields["ghali"].annotation.model_fields)
    assert counted("ghali2017") == in_all and of_ghali > 0
    assert counted("reinforcement") == counted("none") == in_all - of_ghali
