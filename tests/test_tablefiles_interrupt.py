"""Ctrl-C while DuckDB is at work is Ctrl-C."""

import duckdb
import pytest

from model.experiment.results.tablefiles import connected


@pytest.mark.parametrize("error", [RuntimeError("Query interrupted"), duckdb.Error("KeyboardInterrupt: ")])
def test_what_duckdb_makes_of_ctrl_c_is_told_as_ctrl_c(error: Exception) -> None:
    with pytest.raises(KeyboardInterrupt), connected():
        raise error


def test_any_other_fault_of_duckdb_stays_what_it_is() -> None:
    with pytest.raises(duckdb.ParserException), connected() as database:
        database.execute("no SQL")
