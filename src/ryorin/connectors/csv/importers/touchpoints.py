"""Touchpoints from files, straight into history; recognised by their id, else by everything they say."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ryorin.conditions.fields import RecordType, Type
from ryorin.connectors.csv.importers.batch import first_problem
from ryorin.connectors.csv.importers.kind import Kind, Values
from ryorin.connectors.csv.jobs import CREATED, UNCHANGED, Job, Outcome, Prepared, rejected
from ryorin.connectors.csv.references import find_campaigns, find_companies, find_people
from ryorin.connectors.csv.targets import Target
from ryorin.connectors.csv.values import World
from ryorin.customers.timeline.fields import TOUCHPOINT
from ryorin.customers.timeline.rules import KINDS, LIMIT_OF_PROPERTIES
from ryorin.insight.lake.actions import append_touchpoints
from ryorin.insight.lake.queries import table
from ryorin.insight.lake.rules import TOUCHPOINTS as TABLE
from ryorin.lib.ids import named_id

TEXT = Type.TEXT
TARGETS = (
    Target(name="uid", label=gettext_lazy("接点ID"), type=TEXT, aliases=("Touchpoint ID", "UUID", "event_id")),
    Target(
        name="at",
        label=gettext_lazy("日時"),
        type=Type.DATETIME,
        required=True,
        aliases=("日付", "発生日時", "Date", "Time", "Timestamp"),
    ),
    Target(
        name="kind",
        label=gettext_lazy("種類"),
        type=Type.CHOICE,
        required=True,
        choices=tuple((kind.name, kind.label) for kind in KINDS.values()),
        aliases=("接点の種類", "Kind", "Type", "Event"),
    ),
    Target(
        name="person", label=gettext_lazy("顧客"), type=TEXT, aliases=("メールアドレス", "Email", "Person", "E-mail")
    ),
    Target(name="person_key", label=gettext_lazy("顧客の外部ID"), type=TEXT, aliases=("顧客ID", "Customer ID")),
    Target(name="visitor", label=gettext_lazy("訪問者ID"), type=TEXT, aliases=("Visitor", "Visitor ID")),
    Target(name="company", label=gettext_lazy("会社"), type=TEXT, aliases=("会社名", "Company")),
    Target(name="channel", label=gettext_lazy("チャネル"), type=TEXT, aliases=("Channel",)),
    Target(name="campaign_id", label=gettext_lazy("施策"), type=TEXT, aliases=("キャンペーン", "Campaign")),
    Target(name="value", label=gettext_lazy("金額"), type=Type.MONEY, aliases=("Value", "Amount")),
    Target(name="url", label=gettext_lazy("ページのアドレス"), type=TEXT, aliases=("URL", "Page")),
    Target(name="title", label=gettext_lazy("件名"), type=TEXT, aliases=("タイトル", "Title", "Subject")),
    Target(name="note", label=gettext_lazy("メモ"), type=TEXT, aliases=("内容", "備考", "Note", "Memo")),
    Target(name="properties", label=gettext_lazy("詳細（JSON）"), type=TEXT, aliases=("Properties",)),
)
JAPAN = ZoneInfo("Asia/Tokyo")  # the lake's months
LONGEST = {"visitor": 36, "channel": 40}
TYPE: RecordType = TOUCHPOINT


def targets() -> list[Target]:
    return list(TARGETS)


def prepare(values: Values, world: World) -> Values:
    """Return the touchpoint's values with its id; raise ValueError where something is missing or impossible."""
    for name, problem in (("at", _("日時がありません。")), ("kind", _("種類がありません。"))):
        if not values.get(name):
            raise ValueError(problem)
    for name, length in LONGEST.items():
        if len(values.get(name, "")) > length:
            raise ValueError(_("%(name)sは%(count)s字までです。") % {"name": name, "count": length})
    told = properties_of(values)
    said = json.dumps({name: str(value) for name, value in sorted(values.items())}, ensure_ascii=False)
    try:
        uid = UUID(values["uid"]) if values.get("uid") else named_id(values["at"], "import", said)
    except ValueError:
        raise ValueError(_("接点IDはUUIDの形で入力してください。")) from None
    return values | {"uid": str(uid), "properties": told}


def properties_of(values: Values) -> str:
    """Return url, title, note and the given properties as one JSON object."""
    told: dict[str, Any] = {name: values[name] for name in ("url", "title", "note") if values.get(name)}
    if text := values.get("properties"):
        try:
            given = json.loads(text)
        except (ValueError, RecursionError):
            given = None
        if not isinstance(given, dict):
            raise ValueError(_("詳細はJSONのオブジェクトで入力してください。"))
        told = given | told
    written = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    if len(written) > LIMIT_OF_PROPERTIES:
        raise ValueError(_("詳細が長すぎます。"))
    return written


def write(groups: Sequence[list[Prepared]], job: Job) -> list[Outcome]:
    """This function will write the touchpoints that history does not have yet; in a trial it only counts them."""
    lines = [line for (line,) in groups]
    rows = [dict(line.values) for line in lines]
    problems = first_problem(
        find_people(rows, job), find_companies(rows, job), find_campaigns(rows, job, name="campaign_id")
    )
    taken = [row for row, problem in zip(rows, problems, strict=True) if not problem]
    known = known_ids(taken)
    outcomes = []
    for row, problem in zip(rows, problems, strict=True):
        outcomes.append(rejected(problem) if problem else UNCHANGED if row["uid"] in known else CREATED)
        known.add(row["uid"])
    if not job.dry_run and taken:
        append_touchpoints([as_given(row, job) for row in taken])
    return [outcome._replace(notes=line.notes) for line, outcome in zip(lines, outcomes, strict=True)]


def known_ids(rows: Sequence[Values]) -> set[str]:
    """Return those ids of the rows that history has, in the months the rows are of."""
    import ibis

    if not rows:
        return set()
    touchpoints = table(TABLE, raw=True)
    months = {row["at"].astimezone(JAPAN).strftime("%Y-%m") for row in rows}
    of_months = touchpoints.filter(touchpoints["month"].isin(sorted(months)))
    wanted = ibis.memtable({"uid": [row["uid"] for row in rows]})
    return set(of_months.semi_join(wanted, "uid").select("uid").to_pyarrow()["uid"].to_pylist())


def as_given(row: Values, job: Job) -> dict[str, Any]:
    names = ("uid", "at", "kind", "person_id", "visitor", "company_id", "channel", "campaign_id", "value", "properties")
    member = job.by.pk if job.by else None
    return {name: row.get(name) for name in names} | {"member_id": member, "source": job.source, "verdict": "human"}


TOUCHPOINTS = Kind(
    plural="touchpoints",
    record_type=TYPE,
    verb="records.import",
    targets=targets,
    prepare=prepare,
    write=write,
    keys=("uid",),
    related=("company", "campaign"),
    chunk=20_000,
    constants=("kind", "channel"),
    needs=(("at",), ("kind",)),
)
