"""Deals from files: recognised by ID and outside key, else by name, company and opening."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ryorin.conditions.fields import Type
from ryorin.connectors.csv.importers.batch import Batch, Change, Way, first_problem
from ryorin.connectors.csv.importers.kind import Kind, Values
from ryorin.connectors.csv.jobs import Job, Outcome, Prepared
from ryorin.connectors.csv.references import (
    find_campaigns,
    find_companies,
    find_lost_reasons,
    find_members,
    find_people,
    find_products,
    find_stages,
)
from ryorin.connectors.csv.targets import Target, targets_of
from ryorin.connectors.csv.values import World
from ryorin.lib.japanese import company_key
from ryorin.sales.deals.actions.bulk import COLUMNS, add_deals, apply_changes
from ryorin.sales.deals.fields import DEAL
from ryorin.sales.deals.models import Deal
from ryorin.sales.deals.rules import checked, line_amount

EXTRA = (
    Target(name="id", label=gettext_lazy("両輪ID"), type=Type.NUMBER, aliases=("Ryorin ID",)),
    Target(name="company_number", label=gettext_lazy("会社の法人番号"), type=Type.TEXT, aliases=("法人番号",)),
    Target(name="company_key", label=gettext_lazy("会社の外部ID"), type=Type.TEXT, aliases=("会社ID", "Company ID")),
    Target(name="person_key", label=gettext_lazy("相手の外部ID"), type=Type.TEXT, aliases=("顧客ID", "Contact ID")),
    Target(
        name="product", label=gettext_lazy("商品"), type=Type.TEXT, aliases=("商品名", "商品コード", "製品", "Product")
    ),
    Target(name="quantity", label=gettext_lazy("数量"), type=Type.NUMBER, aliases=("Quantity",)),
    Target(name="unit_price", label=gettext_lazy("単価"), type=Type.MONEY, aliases=("Unit price",)),
    Target(name="lost_note", label=gettext_lazy("失注の経緯"), type=Type.TEXT, aliases=("Lost note",)),
)
OWN = (
    "name", "amount", "expected_close_on", "next_action", "next_action_on", "memo", "source_channel", "lost_note",
    "external_key",
)  # fmt: skip


def targets() -> list[Target]:
    return targets_of(DEAL, EXTRA)


def prepare(values: Values, world: World) -> Values:
    """Return the deal's values; without a name it is called after its company and its product."""
    named = [values.get(name, "") for name in ("company", "product")]
    name = values.get("name") or " ".join(filter(None, named)) or values.get("external_key", "")
    own = {key: values[key] for key in OWN if key in values} | {"name": str(name)[:160]}
    ready = values | checked(Deal, own)
    if company := values.get("company"):
        ready["company_match_key"] = company_key(company)[:160]
    if "quantity" in values and values["quantity"] <= 0:
        raise ValueError(_("数量は0より大きい数で入力してください。"))
    opened, closed = values.get("opened_at"), values.get("closed_at")
    if opened and closed and closed < opened:
        raise ValueError(_("終了日時が開始日時より前です。"))
    return ready


def write(groups: Sequence[list[Prepared]], job: Job) -> list[Outcome]:
    """This function will open, win and lose deals as the lines say, and say what became of each line."""
    return DealBatch([group[0] for group in groups], job).run()


class DealBatch(Batch):
    model = Deal
    columns = (*COLUMNS, "id")
    columns_of_way = {"id": ("id",), "external_key": ("external_key",), "name": ("name",)}
    likely = frozenset({"name"})
    needed = ("name", lambda: _("商談名を入力してください。"))

    def resolve(self) -> list[str]:
        rows, job = self.rows, self.job
        problems = first_problem(
            find_companies(rows, job),
            find_people(rows, job),
            find_members(rows, job),
            find_products(rows, job),
            find_campaigns(rows, job, name="source_campaign_id"),
            find_stages(rows, job),
            find_lost_reasons(rows, job),
        )
        for row in rows:
            row["currency"] = job.world.currency
        return problems

    def ways_of(self, row: Values) -> list[Way]:
        by = self.job.recognises_by
        ways: list[Way] = [(name, row[name]) for name in ("id", "external_key") if row.get(name) and by(name)]
        if row.get("name") and not row.get("external_key") and by("name"):
            opened = row.get("opened_at") if "opened_at" in self.job.reading.targets else None
            ways.append(("name", (row["name"], row.get("company_id"), opened)))
        return ways

    def joined(self, row: Values, known: Values) -> None:
        if known.get("company_id") in row.get("company_candidates", ()):
            row["company_id"] = known["company_id"]
        if "stage" not in row:
            row.pop("stage_id", None)
            row.pop("pipeline_id", None)

    def add(self, place: int, *, note: str = "") -> Outcome:
        if "company" in self.job.reading.targets and not self.rows[place].get("company_id"):
            note = note or _("会社の欄が空のため、会社なしで登録しました。")
        return super().add(place, note=note)

    def add_rows(self, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            row["opened_at"] = row.get("opened_at") or min(self.job.now, row.get("closed_at") or self.job.now)
            if row.get("state", "open") == "open":
                row["closed_at"] = None
            else:
                row["closed_at"] = row.get("closed_at") or max(self.job.now, row["opened_at"])
            row["lines"] = lines_of(row)
        add_deals(rows, by=self.job.by)

    def change_rows(self, changes: list[Change]) -> None:
        apply_changes(changes, by=self.job.by)


def lines_of(row: Values) -> list[tuple[Any, ...]]:
    """Return the product of a line as (id, quantity, unit price, amount); without a price one at the deal's amount."""
    product = row.get("product_found")
    if product is None:
        return []
    quantity, price = row.get("quantity", 1), row.get("unit_price")
    if price is None:
        price = row["amount"] if quantity == 1 and row.get("amount") else product.price or 0
    return [(product.pk, quantity, price, line_amount(Decimal(quantity), price))]


DEALS = Kind(
    plural="deals",
    record_type=DEAL,
    verb="deals.change",
    targets=targets,
    prepare=prepare,
    write=write,
    keys=("id", "external_key", "name"),
    related=("company", "owner", "product", "campaign", "stage", "lost_reason"),
    created_by_default=("company",),
    constants=("source_channel",),
    needs=(("name", "external_key", "company", "product", "id"),),
)
