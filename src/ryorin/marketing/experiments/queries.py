"""Reads of A/B tests: the result so far from history, and which tests hold a page, mail or creative."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from ryorin.insight.lake.queries import sql, versions
from ryorin.insight.methods.experiments import Arm, Comparison, compare, planned_size, share_mismatch
from ryorin.lib import clock
from ryorin.marketing.experiments.models import Experiment, ExperimentState, Subject, Variant
from ryorin.marketing.experiments.rules import BAD_KINDS, EXPOSURES, Standing, Verdict, verdict_of

Counts = dict[tuple[int, str], Counter[date]]
SEEN = ""  # stands in the place of a kind for those who met a variant
MAIL_KINDS = ("mail_opened", "mail_clicked")


@dataclass(frozen=True, slots=True)
class Guard:
    """A further kind of touchpoint that must not suffer."""

    kind: str
    arm: Arm
    comparison: Comparison | None
    is_harmed: bool


@dataclass(frozen=True, slots=True)
class ArmResult:
    variant: Variant
    arm: Arm
    comparison: Comparison | None  # None: the first, against which the others are held
    guards: list[Guard]


@dataclass(frozen=True, slots=True)
class Day:
    """How the test stood at the end of a day: per variant (position) met and won so far."""

    day: date
    arms: list[Arm]


@dataclass(frozen=True, slots=True)
class Result:
    """What is known so far; `mixed` met more than one variant and count nowhere."""

    experiment: Experiment
    arms: list[ArmResult]
    days: list[Day]
    mixed: int
    mismatch: float
    planned: int
    verdict: Verdict

    @property
    def seen(self) -> int:
        return sum(one.arm.seen for one in self.arms)

    @property
    def standing(self) -> Standing:
        return self.verdict.standing

    @property
    def alarms(self) -> list[tuple[ArmResult, Guard]]:
        return [(one, guard) for one in self.arms for guard in one.guards if guard.is_harmed]


def running(subject: str, target_ids: list[int]) -> list[Experiment]:
    """Return the running tests one of whose variants is one of these pages, mails or creatives."""
    rows = Experiment.objects.filter(state=ExperimentState.RUNNING, subject=subject, variants__target_id__in=target_ids)
    return list(rows.distinct().prefetch_related("variants"))


def comparing(subject: str, target_id: int) -> list[Experiment]:
    """Return all tests in which this page, mail or creative is compared, the newest first."""
    rows = Experiment.objects.filter(subject=subject, variants__target_id=target_id)
    return list(rows.distinct().order_by("-pk"))


def result(experiment: Experiment) -> Result:
    """Return what is known so far, counted from history."""
    variants = list(experiment.variants.all())
    counts, mixed = counted(experiment)
    arms = [arm_result(experiment, variants, variant, counts) for variant in variants]
    alpha = experiment.alpha / max(1, len(variants) - 1)
    first = arms[0].arm
    baseline = first.rate if first.won >= 20 else experiment.baseline
    baseline = min(baseline, 1 - experiment.effect - 1e-6)
    planned = planned_total(experiment, variants, baseline=baseline, alpha=alpha)
    mismatch = share_mismatch([one.arm.seen for one in arms], [variant.share for variant in variants])
    verdict = verdict_of(
        [one.arm for one in arms],
        [one.comparison for one in arms if one.comparison],
        effect=experiment.effect,
        planned=planned,
        mismatch=mismatch,
    )
    return Result(experiment, arms, days_of(variants, counts, experiment.metric), mixed, mismatch, planned, verdict)


def planned_total(experiment: Experiment, variants: list[Variant], *, baseline: float, alpha: float) -> int:
    """Return how many have to take part in all, so that each variant can be told from the first."""
    shares = [variant.share for variant in variants]
    first = max(
        planned_size(baseline, experiment.effect, alpha=alpha, power=experiment.power, ratio=share / shares[0])
        for share in shares[1:]
    )
    return round(first * sum(shares) / shares[0])


def arm_result(experiment: Experiment, variants: list[Variant], variant: Variant, counts: Counts) -> ArmResult:
    """Return one variant's numbers, held against the first."""
    alpha = experiment.alpha / max(1, len(variants) - 1)
    is_first = variant == variants[0]
    today, arm = (arm_of(one, experiment.metric, counts) for one in (variants[0], variant))
    comparison = None if is_first else compare(today, arm, effect=experiment.effect, alpha=alpha)
    guards = []
    for kind in experiment.guards:
        held, own = (arm_of(one, kind, counts) for one in (variants[0], variant))
        against = None if is_first else compare(held, own, effect=experiment.effect, alpha=alpha)
        harmed = against is not None and (against.is_better if kind in BAD_KINDS else against.is_worse)
        guards.append(Guard(kind, own, against, harmed))
    return ArmResult(variant, arm, comparison, guards)


def arm_of(variant: Variant, kind: str, counts: Counts) -> Arm:
    return Arm(counts[variant.pk, SEEN].total(), counts[variant.pk, kind].total())


def days_of(variants: list[Variant], counts: Counts, metric: str) -> list[Day]:
    """Return how the test stood day by day."""
    known = {day for variant in variants for day in counts[variant.pk, SEEN]}
    if not known:
        return []
    days, arms = [], [Arm(0, 0) for _variant in variants]
    day = min(known)
    while day <= max(known):
        arms = [
            Arm(arm.seen + counts[variant.pk, SEEN][day], arm.won + counts[variant.pk, metric][day])
            for variant, arm in zip(variants, arms, strict=True)
        ]
        days.append(Day(day, arms))
        day += timedelta(days=1)
    return days


def counted(experiment: Experiment) -> tuple[Counts, int]:
    """Return (variant, kind) -> by the day somebody first met it, how many; and how many met more than one."""
    counts: Counts = defaultdict(Counter)
    if experiment.started_at is None or not versions(("touchpoints",)).get("touchpoints", -1) >= 0:
        return counts, 0
    kinds = list(dict.fromkeys([experiment.metric, *experiment.guards]))
    mixed = 0
    for row in asked(experiment, kinds):
        variant, kind, day, number = row
        if variant is None:
            mixed += number
        else:
            counts[int(variant), kind][day] += number
    return counts, mixed


def asked(experiment: Experiment, kinds: list[str]) -> list[tuple[Any, ...]]:
    """Return rows (variant or None where more than one was met, kind or "", day, people) from the lake."""
    started = experiment.started_at or clock.now()
    ended = experiment.stopped_at or clock.now() + timedelta(days=1)
    window = timedelta(days=experiment.window_days)
    placements = ("placements",) if experiment.subject == Subject.CREATIVE else ()
    shown = _SHOWN_CREATIVES if placements else _SHOWN
    query = _QUERY.replace("{shown}", shown)
    details = {
        "id": str(experiment.pk),
        "exposures": ", ".join(f"'{kind}'" for kind in EXPOSURES[experiment.subject]),
        "variants": ", ".join(f"({each.target_id or 0}, {each.pk})" for each in experiment.variants.all()),
        "kinds": ", ".join(f"'{kind}'" for kind in kinds if kind.isidentifier()),
        "mails": ", ".join(f"'{kind}'" for kind in MAIL_KINDS),
        "started": _moment(started),
        "ended": _moment(ended),
        "over": _moment(ended + window),
        "window": str(experiment.window_days),
        "offset": str(_offset()),
    }
    for name, text in details.items():
        query = query.replace(f"<{name}>", text)
    return sql(query, "touchpoints", *placements).fetchall()


_SHOWN = """
    SELECT unit, moment, CAST(regexp_extract(properties, '"variant": ?([0-9]+)', 1) AS BIGINT) AS variant FROM hits
    WHERE kind IN (<exposures>) AND regexp_extract(properties, '"experiment": ?([0-9]+)', 1) = '<id>'
        AND moment < <ended> AND regexp_extract(properties, '"variant": ?([0-9]+)', 1) <> ''
"""
_SHOWN_CREATIVES = """
    SELECT hits.unit, hits.moment, v.variant FROM hits
    JOIN {placements} p ON p.code = regexp_extract(hits.properties, '"utm_content": ?"([^"]*)"', 1)
    JOIN (VALUES <variants>) v(creative, variant) ON v.creative = p.creative_id
    WHERE hits.kind IN (<exposures>) AND hits.moment < <ended> AND hits.properties LIKE '%utm_content%'
"""
_QUERY = """
WITH hits AS (
    SELECT CASE WHEN person_id IS NOT NULL THEN 'p' || person_id ELSE visitor END AS unit,
        "at" AS moment, kind, properties
    FROM {touchpoints}
    WHERE verdict <> 'machine' AND "at" >= <started> AND "at" < <over>
        AND (person_id IS NOT NULL OR visitor <> '') AND kind IN (<exposures>, <kinds>)
), shown AS ({shown}),
met AS (
    SELECT unit, min(moment) AS moment, CASE WHEN count(DISTINCT variant) = 1 THEN min(variant) END AS variant
    FROM shown GROUP BY unit
), done AS (
    SELECT DISTINCT met.unit, hits.kind FROM met JOIN hits ON hits.unit = met.unit
    WHERE met.variant IS NOT NULL AND hits.kind IN (<kinds>) AND hits.moment >= met.moment
        AND hits.moment < met.moment + INTERVAL <window> DAY
        AND (hits.kind NOT IN (<mails>)
            OR regexp_extract(hits.properties, '"experiment": ?([0-9]+)', 1) IN ('', '<id>'))
)
SELECT variant, '' AS kind, CAST(epoch_ms(epoch_ms(moment) + <offset>) AS DATE) AS day, count(*) FROM met GROUP BY ALL
UNION ALL
SELECT met.variant, done.kind, CAST(epoch_ms(epoch_ms(met.moment) + <offset>) AS DATE) AS day, count(*)
FROM done JOIN met ON met.unit = done.unit GROUP BY ALL
"""


def _moment(at: datetime) -> str:
    return f"TIMESTAMPTZ '{at.isoformat()}'"


def _offset() -> int:
    """Return how far the company's clock is ahead of UTC, in milliseconds."""
    from zoneinfo import ZoneInfo

    from ryorin.workspace.organisation.queries import current

    offset = clock.now().astimezone(ZoneInfo(current().time_zone)).utcoffset() or timedelta()
    return int(offset.total_seconds() * 1000)
