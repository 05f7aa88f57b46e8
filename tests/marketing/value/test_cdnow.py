"""CDNOW through the order import: the published parameters, on rows and pictures."""

from collections.abc import Callable

import pytest
from tests.marketing.value.conftest import CALIBRATION_END

from ryorin.customers.value.models import PersonValue
from ryorin.marketing.value.actions import change_settings
from ryorin.marketing.value.queries import newest_fit, picture


@pytest.mark.slow
def test_the_published_figures_come_out_of_imported_orders(
    cdnow: Callable[[], None], compute: Callable[..., None]
) -> None:
    cdnow()
    change_settings(by=None, version=None, as_of=CALIBRATION_END)
    compute()
    fit = newest_fit("person")
    assert fit is not None and (fit.customers, fit.repeaters) == (2357, 946)
    assert [round(fit.purchases[name], 3) for name in ("r", "alpha", "a", "b")] == [0.243, 4.414, 0.793, 2.426]
    assert round(fit.purchases["log_likelihood"], 1) == -9582.4
    assert [round(fit.spend[name], 2) for name in ("p", "q", "gamma")] == [6.25, 3.74, 15.44]
    assert fit.spend["customers"] == 946
    assert PersonValue.objects.count() == 2357
    assert fit.backtest["customers"] > 2000 and fit.backtest["error"] < fit.backtest["naive_error"]
    first = PersonValue.objects.get(person__external_key="0001")
    assert (first.purchases, str(first.last_on)) == (3, "1997-08-02")
    grid = picture("person", "rfm")["customers"]
    assert sum(map(sum, grid)) == 2357
