"""What is done before any test: the model is compiled once for all processes, and the longest files are put first."""

from typing import Any

from model.engine import kept

LONGEST = ("test_documentation", "test_run", "test_engine_equality", "test_faults_suite", "test_cluster")
"""Files that take more than half a minute of waiting or work: each is one process's alone, and must not come last."""


def pytest_configure(config: Any) -> None:
    if hasattr(config, "workerinput") or config.option.collectonly or kept.is_kept():
        return
    from model.engine.simulate import warm

    warm()


def pytest_collection_modifyitems(items: list[Any]) -> None:
    items.sort(key=lambda item: item.path.stem not in LONGEST)
