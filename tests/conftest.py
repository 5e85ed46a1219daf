"""Has the model compiled once, before several processes that run tests would all set out to do it."""

from typing import Any

from model.engine import kept


def pytest_configure(config: Any) -> None:
    if hasattr(config, "workerinput") or config.option.collectonly or kept.is_kept():
        return
    from model.engine.simulate import warm

    warm()
