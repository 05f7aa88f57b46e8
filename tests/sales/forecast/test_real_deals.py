"""The forecast over the deals of a real-looking company: 6,711 decided ones of 2017."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.connectors.conftest import company, imported, run_file
from tests.connectors.test_real_files import maven

from ryorin.jobs.cli import ryorin

__all__ = ["company", "imported", "maven", "run_file"]


@pytest.mark.slow
def test_the_second_half_of_maven_is_forecast_better_than_by_those_who_learn_nothing(
    maven: Callable[[], dict[str, Any]], data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    maven()
    asked = ["forecast", "backtest", "--until", "2017-07-01", "--to", "2018-01-01"]
    told = CliRunner().invoke(ryorin, asked)
    found = json.loads(CliRunner().invoke(ryorin, [*asked, "--json"]).output)
    with capsys.disabled():
        print(f"\n{told.output}")
    assert [month["month"] for month in found["months"]] == [f"2017-{month:02}-01" for month in range(7, 13)]
    ours, by_stage, mean = (found["errors"][name]["share"] for name in ("ours", "by_stage", "last_months"))
    assert ours < 0.16 and ours < 0.8 * mean and ours < 0.8 * by_stage
    assert found["inside_range"] >= 4
    assert found["errors"]["year_before"] is None
