"""What is done before any test: the model is compiled once for all processes, and the longest files are put first."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from model import kept

LONGEST = ("test_documentation", "test_run", "test_engine_equality", "test_faults_suite", "test_cluster")
"""Files that take more than half a minute of waiting or work: each is one process's alone, and must not come last."""


settings.register_profile("any computer", deadline=None)
settings.load_profile("any computer")


def pytest_configure(config: Any) -> None:
    if hasattr(config, "workerinput") or config.option.collectonly or kept.is_kept():
        return
    from model.month.simulate import warm

    warm()


def pytest_collection_modifyitems(items: list[Any]) -> None:
    items.sort(key=lambda item: item.path.stem not in LONGEST)


@pytest.fixture(autouse=True, scope="module")
def _no_rule_of_another_file() -> Iterator[None]:
    """Take back the users' own rules that the tests of a file made known in this process."""
    from model.experiment.workers.own_rules import KINDS

    usual = {name: dict(kind.rules) for name, kind in KINDS.items()}
    yield
    for name, kind in KINDS.items():
        kind.rules.clear()
        kind.rules.update(usual[name])
