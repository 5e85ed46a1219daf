"""Who comes first in a list has no say in what happens."""

import random

import numpy as np

from model.agents.region import Region
from tests.worlds import short_with_centre, small_tables


def in_order(shuffle: bool):
    region = Region(short_with_centre(), 7, 0, small_tables())
    luck = random.Random(5)
    while region.month <= region.inputs.horizon.end:
        if shuffle:
            luck.shuffle(region.cases)
        region.step()
    return region


def events(region):
    told = ("case", "opened", "assessed", "matched", "started", "ended", "end_cause", "helped_months")
    return [tuple(getattr(case, name) for name in told) for case in region.result().cases]


def test_the_order_of_cases_in_their_list_changes_no_event():
    """Cases advance, operate and are reviewed on the state at the start of the step; what starts starts together."""
    listed, shuffled = in_order(False), in_order(True)
    assert len(listed.finished) > 50
    assert events(shuffled) == events(listed)
    # What is added up in another order may differ in its last digits.
    assert np.allclose(shuffled.result().outcomes, listed.result().outcomes, rtol=1e-9, atol=1e-9)
