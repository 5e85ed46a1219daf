"""A run that calls exit() ends alone, in this process and in another."""

import pytest

from model.experiment.results.outcome import Failed
from model.experiment.workers.executors import in_processes
from model.experiment.workers.limits import Limits
from model.experiment.workers.runner import do_by, do_here
from tests.failing import exits_in_replicate_1
from tests.made_up import runs


def in_another():
    return do_by(in_processes(exits_in_replicate_1, Limits(120, 2048)), 1, runs(3))


@pytest.mark.parametrize("doing", [lambda: do_here(runs(3), exits_in_replicate_1), in_another])
def test_only_the_run_that_exits_fails(doing):
    done = [one for together in doing() for one in together]
    failed = [(one.run.name, one.run.replicate, one.error) for one in done if isinstance(one, Failed)]
    assert failed == [("centre", 1, "SystemExit: enough")]
    assert len(done) == 6
