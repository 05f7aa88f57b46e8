"""The generic importers over files of real companies and deals."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count, Sum

from ryorin.customers.companies.models import Company
from ryorin.lib.japanese import is_corporate_number
from ryorin.products.catalogue.models import Product
from ryorin.sales.deals.models import Deal, DealProduct, StageMove
from ryorin.workspace.audit.queries import verify
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.models import Organisation
from ryorin.workspace.search.queries import find_ids

Imported = Callable[..., dict[str, Any]]
EXAMPLES = Path(__file__).parents[2] / "docs/examples"


def mapping(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EXAMPLES / name).read_text(encoding="utf-8"))
    return found


@pytest.fixture
def maven(imported: Imported, company: Organisation, data: Path) -> Callable[[], dict[str, Any]]:
    """Call to import accounts, products and the pipeline; the result of the last."""
    company.currency = "USD"
    company.save()

    def run() -> dict[str, Any]:
        folder = data / "maven_crm"
        imported("companies", folder / "accounts.csv", mapping=mapping("maven_crm/accounts.json"))
        imported("products", folder / "products.csv", mapping=mapping("maven_crm/products.json"))
        return imported("deals", folder / "sales_pipeline.csv", mapping=mapping("maven_crm/pipeline.json"))

    return run


@pytest.mark.slow
def test_the_pipeline_of_maven_adds_up_and_nothing_is_dropped(maven: Callable[[], dict[str, Any]]) -> None:
    result = maven()
    assert (result["rows"], result["created"], result["rejected"]) == (8800, 8800, [])
    states = {
        row["state"]: row for row in Deal.objects.order_by().values("state").annotate(n=Count("pk"), sum=Sum("amount"))
    }
    assert (states["won"]["n"], states["lost"]["n"], states["open"]["n"]) == (4238, 2473, 2089)
    assert states["won"]["sum"] == 10_005_534 * 100
    assert round(4238 / (4238 + 2473), 4) == 0.6315
    notes = {note["reason"]: note["count"] for note in result["warnings"]}
    assert notes["「GTXPro」を「GTX Pro」と読み替えました。"] == 1480
    assert notes["会社の欄が空のため、会社なしで登録しました。"] == Deal.objects.filter(company=None).count() == 1425
    assert Product.objects.count() == 7 and DealProduct.objects.count() == 8800
    assert Company.objects.count() == 85 and Company.objects.filter(parent__name="Acme Corporation").exists()
    assert Deal.objects.values("owner").distinct().count() == 30
    assert StageMove.objects.exclude(state="open").count() == 4238 + 2473
    assert verify().ok


@pytest.mark.slow
def test_the_pipeline_of_maven_again_changes_nothing(maven: Callable[[], dict[str, Any]]) -> None:
    maven()
    members, deals = Member.objects.count(), list(Deal.objects.values_list("pk", "version"))
    again = maven()
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 8800)
    assert Member.objects.count() == members and list(Deal.objects.values_list("pk", "version")) == deals


@pytest.mark.slow
def test_the_listed_companies_of_japan_are_found_however_one_types(
    imported: Imported, company: Organisation, data: Path
) -> None:
    file = data / "jp_companies/EdinetcodeDlInfo.csv"
    result = imported("companies", file, mapping=mapping("jp_companies/map.json"))
    assert (result["rows"], result["created"], result["rejected"]) == (10823, 10823, [])
    assert result["encoding"] == "cp932"
    numbers = list(Company.objects.exclude(corporate_number=None).values_list("corporate_number", flat=True))
    assert len(numbers) == 10823 - 3960 - 9 and all(map(is_corporate_number, numbers))
    notes = {note["reason"]: note["count"] for note in result["warnings"]}
    assert notes["法人番号は別の会社で登録済みのため、取り込みませんでした。"] == 9
    assert Company.objects.exclude(prefecture="").count() > 6800
    assert not Company.objects.filter(name_kana="", external_key="E00004").exists()
    found = {text: find_ids(text, "company") for text in ("トヨタ", "ﾄﾖﾀ", "とよた")}
    assert found["トヨタ"] == found["ﾄﾖﾀ"] == found["とよた"]
    toyota = Company.objects.get(name="トヨタ自動車株式会社")
    assert toyota.pk in found["トヨタ"] and (toyota.prefecture, toyota.city) == ("23", "豊田市")
    again = imported("companies", file, mapping=mapping("jp_companies/map.json"))
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 10823)
