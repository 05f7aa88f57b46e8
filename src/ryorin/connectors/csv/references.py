"""Other records that a line names: found by what people write, made where the import was asked to."""

import re
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from ryorin.connectors.csv.jobs import Job
from ryorin.customers.companies.actions.bulk import add_companies
from ryorin.customers.companies.models import Company
from ryorin.customers.companies.rules import normalised as normalised_company
from ryorin.customers.people.models import Person
from ryorin.lib.errors import Refusal
from ryorin.lib.japanese import company_key, fold, normalise_corporate_number, split_name
from ryorin.lib.rows import rows_with
from ryorin.marketing.campaigns.actions import create_campaign
from ryorin.marketing.campaigns.models import Campaign
from ryorin.products.catalogue.actions import create_product
from ryorin.products.catalogue.models import Product
from ryorin.sales.deals.actions import add_lost_reason, add_stage, create_pipeline
from ryorin.sales.deals.models import Deal, LostReason, Pipeline, Stage
from ryorin.sales.deals.queries import default_pipeline
from ryorin.workspace.members.actions import add_member
from ryorin.workspace.members.models import Member, Role

COMPANY_WAYS = ("company_key", "company_number", "company")
Found = dict[str, Any] | str


def find_companies(rows: Sequence[dict[str, Any]], job: Job) -> list[str]:
    """This function will set `company_id` (and its namesakes) on each row and return problems by row."""
    keys = [company_ways(row) for row in rows]
    table: dict[tuple[str, str], list[int]] = {}
    names: dict[int, str] = {}
    for way, column in (("key", "external_key"), ("number", "corporate_number"), ("name", "match_key")):
        wanted = {value for ways in keys for kind, value in ways if kind == way}
        for value, pk, name in sorted(
            rows_with(Company, (column,), (column, "id", "name"), [(one,) for one in wanted])
        ):
            table.setdefault((way, value), []).append(pk)
            names[pk] = name
    if job.creates("company"):
        create_missing(rows, keys, table, job)
    problems = []
    for row, ways in zip(rows, keys, strict=True):
        ids = next((table[way] for way in ways if way in table), [])
        problem = ""
        if ids:
            row["company_id"], row["company_candidates"] = ids[0], ids
            if names.get(ids[0], row.get("company_name")) != row.get("company_name"):
                row["company_name"] = names[ids[0]]
                row.pop("tokens", None)
        elif ways:
            problem = missing(_("会社"), next(str(row[name]) for name in COMPANY_WAYS if row.get(name)))
        problems.append(problem)
    return problems


def company_ways(row: dict[str, Any]) -> list[tuple[str, str]]:
    """Return how the row's company can be found, the surest way first."""
    ways = []
    if key := row.get("company_key"):
        ways.append(("key", str(key)))
    if number := row.get("company_number"):
        try:
            ways.append(("number", normalise_corporate_number(number)))
        except ValueError:
            ways.append(("number", number))
    if name := row.get("company"):
        ways.append(("name", row.get("company_match_key") or company_key(name)[:160]))
    return ways


def create_missing(
    rows: Sequence[dict[str, Any]],
    keys: Sequence[list[tuple[str, str]]],
    table: dict[tuple[str, str], list[int]],
    job: Job,
) -> None:
    """This function will add the companies that are named but not there, each once."""
    new: dict[tuple[str, str], dict[str, Any]] = {}
    for row, ways in zip(rows, keys, strict=True):
        if not row.get("company") or any(way in table or way in new for way in ways):
            continue
        try:
            values = normalised_company(
                {"name": row["company"], "corporate_number": row.get("company_number", "")}
                | ({"external_key": row["company_key"]} if row.get("company_key") else {})
            )
        except Refusal:
            continue
        values["corporate_number"] = values.get("corporate_number") or None
        new |= dict.fromkeys(ways, values)
    distinct = {id(values): values for values in new.values()}
    ids = dict(zip(distinct, add_companies(list(distinct.values()), by=job.by) if distinct else (), strict=True))
    for way, values in new.items():
        table[way] = [ids[id(values)]]


def find_parents(rows: Sequence[dict[str, Any]], job: Job) -> list[str]:
    """This function will set `parent_id` on each row that names the company above it, and return problems by row."""
    parents = [{"company": row["parent"]} if row.get("parent") else {} for row in rows]
    problems = find_companies(parents, job)
    for row, parent in zip(rows, parents, strict=True):
        if "company_id" in parent:
            row["parent_id"] = parent["company_id"]
    return problems


def find_members(rows: Sequence[dict[str, Any]], job: Job, *, name: str = "owner") -> list[str]:
    """This function will set `owner_id` on each row that names a member, and return problems by row."""
    table = job.found.setdefault("member", {})
    if not table:
        for member in Member.objects.order_by("is_active", "-pk"):
            table |= dict.fromkeys(names_of(member), member.pk)
    problems = []
    for row in rows:
        text, problem = row.get(name), ""
        if text:
            key = fold(text).replace(" ", "")
            if key not in table and job.creates("owner"):
                table[key] = member_named(text, job).pk
            row[f"{name}_id"] = table.get(key)
            problem = "" if key in table else missing(_("担当"), text)
        problems.append(problem)
    return problems


def names_of(member: Member) -> set[str]:
    spelled = (member.email, member.name, f"{member.family_name}{member.given_name}")
    return {fold(text).replace(" ", "") for text in (*spelled, f"{member.given_name}{member.family_name}") if text}


def member_named(text: str, job: Job) -> Member:
    """Return a new member of this name who cannot sign in until an administrator lets them."""
    family, given = split_name(text)
    slug = re.sub(r"[^a-z0-9]+", ".", text.casefold()).strip(".") or secrets.token_hex(4)
    return add_member(
        email=f"{slug[:60]}@imported.invalid",
        password=secrets.token_urlsafe(24),
        family_name=family[:40],
        given_name=given[:40],
        role=Role.SALES,
        is_active=False,
        by=job.by,
    )


def find_campaigns(rows: Sequence[dict[str, Any]], job: Job, *, name: str) -> list[str]:
    """This function will put the id of the campaign named by code, name or outside key in its place on each row."""
    table = job.found.setdefault("campaign", {})
    if not table:
        for pk, *names in Campaign.objects.order_by("-pk").values_list("pk", "name", "external_key", "code"):
            table |= {fold(text): pk for text in names if text}
    problems = []
    for row in rows:
        text, problem = row.get(name), ""
        if text:
            key = fold(text)
            if key not in table and job.creates("campaign"):
                table[key] = create_campaign(name=text, channel="other", by=job.by).pk
            row[name] = table.get(key)
            problem = "" if key in table else missing(_("施策"), text)
        problems.append(problem)
    return problems


def find_products(rows: Sequence[dict[str, Any]], job: Job) -> list[str]:
    """This function will set `product_found` on each row that names a product, and return problems by row."""
    table = job.found.setdefault("product", {})
    wanted = {fold(row["product"]) for row in rows if row.get("product")} - table.keys()
    if wanted:
        for product in Product.objects.order_by("-pk"):
            table |= {fold(product.name): product, fold(product.code): product}
    problems = []
    for row in rows:
        text, problem = row.get("product"), ""
        if text:
            key = fold(text)
            if key not in table and job.creates("product"):
                table[key] = create_product(code=text[:80], name=text[:200], by=job.by)
            row["product_found"] = table.get(key)
            problem = "" if key in table else missing(_("商品"), text)
        problems.append(problem)
    return problems


def find_people(rows: Sequence[dict[str, Any]], job: Job) -> list[str]:
    """This function will set `person_id` on each row that names a person, and return problems by row."""
    by_key = first_of(Person, "external_key", (row.get(name) for row in rows for name in ("person_key", "person")))
    by_number = numbered(Person, (row.get("person") for row in rows))
    by_mail = first_of(Person, "email", (str(row.get("person", "")).strip().casefold() for row in rows))
    problems = []
    for row in rows:
        key, text = row.get("person_key"), row.get("person")
        pk = by_key.get(key) if key else None
        if pk is None and text:
            pk = by_mail.get(text.strip().casefold()) or by_key.get(text) or by_number.get(text)
        if pk:
            row["person_id"] = pk
        problems.append(missing(_("顧客"), key or text) if (key or text) and not pk else "")
    return problems


def first_of(model: type[Model], column: str, values: Iterable[Any]) -> dict[str, int]:
    """Return value -> id of the oldest row that has it."""
    wanted = {(value,) for value in values if value}
    return dict(sorted(rows_with(model, (column,), (column, "id"), wanted), reverse=True))


def numbered(model: type[Model], values: Iterable[Any]) -> dict[str, int]:
    """Return "#12" -> 12 for what is written as the number of a record, as our own exports do, where there is one."""
    ids = {int(text[1:]) for text in values if text and text[0] == "#" and text[1:].isdecimal() and len(text) < 19}
    return {f"#{pk}": pk for pk in model._default_manager.filter(pk__in=ids).values_list("pk", flat=True)}


def missing(what: str, text: Any) -> str:
    return _("%(what)s「%(text)s」が見つかりません。") % {"what": what, "text": str(text)[:60]}


def find_stages(rows: Sequence[dict[str, Any]], job: Job) -> list[str]:
    """This function will set pipeline and stage on each row: as named, else the first, for a deal won the last."""
    table = job.found.setdefault("stage", {})
    if not table:
        table["pipelines"] = {fold(each.name): each for each in Pipeline.objects.order_by("-position", "-pk")}
        table["default"] = default_pipeline()
    problems = []
    for row in rows:
        named = row.get("pipeline")
        pipeline = table["pipelines"].get(fold(named)) if named else table["default"]
        if pipeline is None and named and job.creates("stage"):
            pipeline = table["pipelines"][fold(named)] = create_pipeline(name=named[:80], by=job.by)
        if pipeline is None:
            problems.append(missing(_("パイプライン"), named))
            continue
        if pipeline.pk not in table:
            table[pipeline.pk] = {fold(stage.name): stage for stage in pipeline.stages.all()}
        problems.append(put_stage(row, pipeline, table[pipeline.pk], job))
    return problems


def put_stage(row: dict[str, Any], pipeline: Pipeline, stages: dict[str, Stage], job: Job) -> str:
    """This function will set the row's stage in its pipeline, and return the problem with it, or ""."""
    name = row.get("stage")
    if name and fold(name) not in stages:
        if not job.creates("stage"):
            return missing(_("ステージ"), name)
        stages[fold(name)] = add_stage(pipeline, by=job.by, name=name[:60])
    listed = list(stages.values())
    if not listed:
        return missing(_("ステージ"), pipeline.name)
    stage = stages[fold(name)] if name else listed[-1 if row.get("state") == "won" else 0]
    row["pipeline_id"], row["stage_id"] = pipeline.pk, stage.pk
    return ""


def find_lost_reasons(rows: Sequence[dict[str, Any]], job: Job) -> list[str]:
    """This function will set `lost_reason_id` on each row that names a reason, and return problems by row."""
    table = job.found.setdefault("lost_reason", {})
    if not table:
        table |= {fold(name): pk for pk, name in LostReason.objects.values_list("pk", "name")}
    problems = []
    for row in rows:
        text, problem = row.get("lost_reason"), ""
        if text:
            key = fold(text)
            if key not in table and job.creates("lost_reason"):
                table[key] = add_lost_reason(name=text[:60], by=job.by).pk
            row["lost_reason_id"] = table.get(key)
            problem = "" if key in table else missing(_("失注理由"), text)
        problems.append(problem)
    return problems


def find_deals(rows: Sequence[dict[str, Any]], job: Job) -> list[str]:
    """This function will put the id of the deal named by its outside key in its place on each row; return problems."""
    named = [row.get("deal_id") for row in rows]
    known = first_of(Deal, "external_key", named) | numbered(Deal, named)
    problems = []
    for row in rows:
        text = row.get("deal_id")
        if text:
            row["deal_id"] = known.get(text)
        problems.append(missing(_("商談"), text) if text and text not in known else "")
    return problems
