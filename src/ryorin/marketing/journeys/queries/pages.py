"""Journeys shaped for their pages: the list, the cards with what passed them, who is where and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from ryorin.customers.timeline.rules import KINDS
from ryorin.marketing.journeys.models import Journey, Node, NodeDay, NodeKind, Passage, PassageState, Step, Version
from ryorin.marketing.journeys.rules.checking import Finding, Known
from ryorin.marketing.journeys.rules.describing import ICONS, arm_said, card_said, start_said
from ryorin.marketing.journeys.rules.drawing import ROOT, START, Card, Drawing, walk
from ryorin.marketing.journeys.rules.telling import origin_told, told
from ryorin.workspace.members.models import Member

PAGE = 50
KIND_LABELS = {kind.name: kind.label for kind in KINDS.values()}


@dataclass(frozen=True, slots=True)
class Figures:
    """What passed one card: who is here now, who left it, whom an error stopped, how long they stayed on average."""

    now: int = 0
    passed: int = 0
    failed: int = 0
    seconds: float | None = None

    @property
    def stay(self) -> str:
        """How long they stayed on average, in words; "" for nobody and for less than a minute."""
        seconds = self.seconds or 0
        if seconds < 60:
            return ""
        if seconds < 3_600:
            return _("%(amount)s分") % {"amount": round(seconds / 60)}
        if seconds < 2 * 86_400:
            return _("%(amount)s時間") % {"amount": round(seconds / 3_600)}
        return _("%(amount)s日") % {"amount": round(seconds / 86_400, 1)}


@dataclass(frozen=True, slots=True)
class Totals:
    """What became of everybody who came into a journey."""

    entered: int = 0
    inside: int = 0
    goals: int = 0
    failed: int = 0

    @property
    def goal_rate(self) -> float | None:
        """The share of all who came in that reached a goal, None before anybody came."""
        return self.goals / self.entered if self.entered else None


@dataclass(frozen=True)
class ShownArm:
    name: str
    said: str
    within: str
    cards: list["ShownCard"]
    index: int
    has_condition: bool = False


@dataclass(frozen=True)
class ShownCard:
    """A card as the page draws it."""

    key: str
    kind: str
    label: str
    icon: str
    said: str
    within: str
    index: int
    findings: list[Finding]
    figures: Figures | None
    arms: list[ShownArm] = field(default_factory=list)

    @property
    def next_index(self) -> int:
        return self.index + 1

    @property
    def blocks(self) -> bool:
        return any(one.blocks for one in self.findings)

    @property
    def ends(self) -> bool:
        return self.kind in (NodeKind.EXIT, NodeKind.GOTO)


def totals(journeys: Iterable[Journey]) -> dict[int, Totals]:
    """Return the totals of each journey, from the counts of its cards."""
    rows = (
        NodeDay.objects.filter(node__version__journey__in=list(journeys))
        .order_by()
        .values("node__version__journey")
        .annotate(
            started=Sum("entered", filter=Q(node__kind=NodeKind.START), default=0),
            came=Sum("entered", default=0),
            went=Sum("left", default=0),
            goals=Sum("left", filter=Q(node__kind=NodeKind.GOAL), default=0),
            stopped=Sum("failed", default=0),
        )
    )
    return {
        row["node__version__journey"]: Totals(
            entered=row["started"], inside=row["came"] - row["went"], goals=row["goals"], failed=row["stopped"]
        )
        for row in rows
    }


def figures_of(version: Version) -> dict[str, Figures]:
    """Return what passed each card of a version, by its key."""
    rows = NodeDay.objects.filter(node__version=version).order_by().values("node__key")
    counted = rows.annotate(came=Sum("entered"), went=Sum("left"), bad=Sum("failed"), took=Sum("seconds"))
    return {
        row["node__key"]: Figures(
            now=row["came"] - row["went"],
            passed=row["went"],
            failed=row["bad"],
            seconds=row["took"] / row["went"] if row["went"] else None,
        )
        for row in counted
    }


def shown(
    drawing: Drawing,
    known: Known,
    *,
    findings: Iterable[Finding] = (),
    figures: Mapping[str, Figures] | None = None,
) -> tuple[ShownCard, list[ShownCard]]:
    """Return the start and the cards as the page draws them; without figures, none are shown."""
    by_key: dict[str, list[Finding]] = {}
    for one in findings:
        by_key.setdefault(one.key, []).append(one)
    labels = card_labels(drawing, known)

    def draw(cards: tuple[Card, ...], within: str) -> list[ShownCard]:
        return [
            ShownCard(
                key=card.key,
                kind=card.kind,
                label=str(NodeKind(card.kind).label),
                icon=ICONS[card.kind],
                said=card_said(card.kind, card.config, known, labels),
                within=within,
                index=index,
                findings=by_key.get(card.key, []),
                figures=None if figures is None else figures.get(card.key, Figures()),
                arms=[
                    ShownArm(
                        name=arm.name,
                        said=arm_said(card.kind, arm.config, is_last=number == len(card.arms) - 1),
                        within=f"{card.key}.{number}",
                        cards=draw(arm.cards, f"{card.key}.{number}"),
                        index=number,
                        has_condition=card.kind == NodeKind.BRANCH and number < len(card.arms) - 1,
                    )
                    for number, arm in enumerate(card.arms)
                ],
            )
            for index, card in enumerate(cards)
        ]

    start = ShownCard(
        key=START,
        kind=NodeKind.START,
        label=str(NodeKind.START.label),
        icon=ICONS[NodeKind.START],
        said=start_said(drawing.start, known),
        within="",
        index=0,
        findings=by_key.get(START, []),
        figures=None if figures is None else figures.get(START, Figures()),
    )
    return start, draw(drawing.cards, ROOT)


def card_labels(drawing: Drawing, known: Known) -> dict[str, str]:
    """Return a name for each card, with its place from the top, such as "3 メールを送る：お礼"."""
    labels: dict[str, str] = {}
    for number, card in enumerate(walk(drawing.cards), start=1):
        said = card_said(card.kind, card.config, known, {})
        labels[card.key] = f"{number} {NodeKind(card.kind).label}" + (f"：{said[:40]}" if said else "")
    return labels


def passages_page(rows: QuerySet[Passage], *, after: str = "") -> tuple[list[Passage], str]:
    """Return the next passages, the newest first, and the key to go on after; "" at the end."""
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.select_related("person__company", "node", "version").order_by("-pk")[: PAGE + 1])
    return found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else ""


@dataclass(frozen=True)
class Told:
    """One step of somebody's way, for the page."""

    at: datetime
    label: str
    icon: str
    card: str
    text: str


def history_of(passage: Passage, known: Known) -> list[Told]:
    """Return somebody's way so far, the first step first."""
    first = Told(
        passage.entered_at,
        str(NodeKind.START.label),
        ICONS[NodeKind.START],
        "",
        origin_told(passage.origin, kinds=KIND_LABELS),
    )
    steps = [first]
    rows = Step.objects.filter(passage=passage).exclude(node__kind=NodeKind.START).select_related("node")
    for step in rows.order_by("visit")[:500]:
        said = card_said(step.node.kind, step.node.config, known, {})
        label = str(NodeKind(step.node.kind).label)
        steps.append(Told(step.left_at, label, ICONS[step.node.kind], said, told(step.outcome, step.detail)))
    return steps


def passages_of_person(person_id: int, member: Member, *, limit: int = 10) -> list[Passage]:
    """Return the passages of one person, those still going first."""
    rows = Passage.objects.visible_to(member).filter(person=person_id).select_related("journey", "node")
    found = list(rows.order_by("-entered_at")[:limit])
    return sorted(found, key=lambda one: one.state not in (PassageState.ACTIVE, PassageState.FAILED))


def old_versions(journey: Journey) -> list[tuple[Version, int]]:
    """Return the versions other than the live one that people are still in, with how many."""
    rows = Passage.objects.alive().filter(journey=journey).exclude(version=journey.live_id)
    counts = dict(rows.order_by().values_list("version").annotate(count=Count("pk")))
    return [(version, counts[version.pk]) for version in journey.versions.filter(pk__in=counts)]


def waiting_at(version: Version) -> list[tuple[Node, int]]:
    """Return the cards of a version at which somebody is, with how many."""
    rows = Passage.objects.alive().filter(version=version).order_by().values_list("node").annotate(count=Count("pk"))
    counts = dict(rows)
    return [(node, counts[node.pk]) for node in version.nodes.all() if node.pk in counts]


def day_rows(version: Version, *, since: Any) -> list[dict[str, Any]]:
    """Return by day how many came in and how many reached a goal."""
    rows: QuerySet[Any, Any] = NodeDay.objects.filter(node__version=version, day__gte=since).order_by("day")
    return list(
        rows.values("day").annotate(
            entered=Sum("entered", filter=Q(node__kind=NodeKind.START), default=0),
            goals=Sum("left", filter=Q(node__kind=NodeKind.GOAL), default=0),
        )
    )
