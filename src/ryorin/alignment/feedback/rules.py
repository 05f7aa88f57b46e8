"""Pure decisions about feedback: how sure a share is, when it is worth a suggestion, whether a change had an effect."""

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil, sqrt

from django.utils.translation import gettext as _

from ryorin.alignment.feedback.models import Advice, Said, Strength, Subject, Suggestion

WINDOW = timedelta(days=90)  # what is counted now; the trend compares it with as long before
LOOKED_BACK = timedelta(days=180)  # pages, forms and mails of so long before count as "before it was said"
Z = 1.96  # two-sided 95 %
FEWEST_PEOPLE = 3  # fewer people are no sign, however alike they are
CLEAR_FROM = 10  # so many answers at least for a clear tendency
USUAL = 0.2  # how often one reason is given where nothing else is known,
USUAL_WEIGHT = 5  # counted like so many answers beside those of the others
DEFINITION_SHARE = 0.15  # one reason for more than this share of all answers questions the definition itself
DEFINITION_CLEAR_FROM = 30
FEWEST_AFTER = 5  # an effect is not told before so many answers
GREW_BY, GREW_SHARE = 3, 0.5  # what was declined comes back after so many new ones, and so much of what it was
QUESTIONS = (Said.PROBLEM, Said.WISH, Said.COMPLAINT, Said.COMPETITOR)
ADVICE_ON = {
    Subject.CAMPAIGN: Advice.PAUSE_SOURCE,
    Subject.SEGMENT: Advice.CHANGE_SEGMENT,
    Subject.PAGE: Advice.CHANGE_PAGE,
    Subject.FORM: Advice.CHANGE_PAGE,
    Subject.MAIL: Advice.CHANGE_MAIL,
}


@dataclass(frozen=True, slots=True)
class Share:
    """`times` of `of`, with Wilson's 95 % interval (Wilson 1927, J. Am. Stat. Assoc. 22, 209-212); shares from 0 to 1.

    It holds for few, too: 3 of 3 may be anything from 44 %, 0 of 0 anything at all.
    """

    times: int
    of: int

    @property
    def rate(self) -> float | None:
        return self.times / self.of if self.of else None

    @property
    def low(self) -> float:
        return max(0.0, self._middle() - self._half()) if self.times else 0.0

    @property
    def high(self) -> float:
        return min(1.0, self._middle() + self._half()) if self.times < self.of else 1.0

    @property
    def percent(self) -> int | None:
        return None if self.rate is None else round(100 * self.rate)

    @property
    def low_percent(self) -> int:
        return round(100 * self.low)

    @property
    def high_percent(self) -> int:
        return round(100 * self.high)

    def _middle(self) -> float:
        return (self.times + Z * Z / 2) / (self.of + Z * Z)

    def _half(self) -> float:
        if not self.of:
            return 0.5
        rate = self.times / self.of
        return Z * sqrt(rate * (1 - rate) / self.of + Z * Z / (4 * self.of * self.of)) * self.of / (self.of + Z * Z)


@dataclass(frozen=True, slots=True)
class Change:
    """How far a share moved, in shares from -1 to 1, with a 95 % interval; `is_known` is false with too few cases."""

    before: Share
    after: Share
    moved: float
    low: float
    high: float
    is_known: bool

    @property
    def is_better(self) -> bool:
        return self.is_known and self.low > 0

    @property
    def is_worse(self) -> bool:
        return self.is_known and self.high < 0

    @property
    def low_points(self) -> int:
        return round(100 * self.low)

    @property
    def high_points(self) -> int:
        return round(100 * self.high)


def change_of(before: Share, after: Share) -> Change:
    """Return the difference of two independent shares with its interval (Newcombe 1998, Stat. Med. 17, method 10)."""
    if before.rate is None or after.rate is None:
        return Change(before, after, 0.0, -1.0, 1.0, is_known=False)
    moved = after.rate - before.rate
    down = sqrt((after.rate - after.low) ** 2 + (before.high - before.rate) ** 2)
    up = sqrt((after.high - after.rate) ** 2 + (before.rate - before.low) ** 2)
    is_known = min(before.of, after.of) >= FEWEST_AFTER
    return Change(before, after, moved, max(-1.0, moved - down), min(1.0, moved + up), is_known=is_known)


@dataclass(frozen=True, slots=True)
class Counted:
    """How often one thing was said about one subject (`sort` "" and `id` None: about all)."""

    sort: str
    id: int | None
    kind: str
    key: str
    label: str
    times: int
    people: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What is worth suggesting, with its evidence."""

    advice: Advice
    sort: str
    id: int | None
    kind: str
    topic: str
    label: str
    people: int
    seen: Share
    others: Share
    strength: Strength

    @property
    def key(self) -> str:
        return f"{self.advice}:{self.sort}:{self.id or ''}:{self.kind}:{self.topic}"[:260]


def usual_share(others: Share) -> float:
    """Return how often a reason is given elsewhere, drawn towards USUAL while little is known of elsewhere."""
    return (others.times + USUAL * USUAL_WEIGHT) / (others.of + USUAL_WEIGHT)


def strength_of(seen: Share, others: Share, *, people: int) -> Strength | None:
    """Return how far the evidence goes that a share is above the usual one; None where it is not worth a word.

    Early: from three people on, when even the low end of the range is above what is usual. Clear: ten answers, and the
    range of the difference to all others is above zero.
    """
    if people < FEWEST_PEOPLE or seen.low <= usual_share(others):
        return None
    is_clear = seen.of >= CLEAR_FROM and others.of >= CLEAR_FROM and change_of(others, seen).low > 0
    return Strength.CLEAR if is_clear else Strength.EARLY


def findings(
    about: Sequence[Counted], overall: Sequence[Counted], *, sources: Collection[tuple[str, str]]
) -> list[Finding]:
    """Return what is worth suggesting, the surest first.

    `about` counts by subject, `overall` counts everything; `sources` are the (kind, key) that came from at least two
    campaigns: only these can be the definition's fault.
    """
    found = [*_of_subjects(about, overall), *_of_definition(overall, sources), *_of_questions(overall)]
    return sorted(found, key=lambda one: (one.strength != Strength.CLEAR, -one.seen.low, one.key))


def _of_subjects(about: Sequence[Counted], overall: Sequence[Counted]) -> Iterable[Finding]:
    totals, all_totals = _answers(about), _answers(overall)
    everywhere = {(one.kind, one.key): one.times for one in overall}
    for one in about:
        if one.kind not in (Said.SENT_BACK, Said.LOST) or not one.label:
            continue
        side = _side(one.kind)
        seen = Share(one.times, totals[one.sort, one.id, side])
        every = everywhere.get((one.kind, one.key), one.times)
        others = Share(max(0, every - one.times), max(0, all_totals["", None, side] - seen.of))
        strength = strength_of(seen, others, people=one.people)
        if strength is not None:
            advice = ADVICE_ON[Subject(one.sort)]
            yield Finding(advice, one.sort, one.id, one.kind, one.key, one.label, one.people, seen, others, strength)


def _of_definition(overall: Sequence[Counted], sources: Collection[tuple[str, str]]) -> Iterable[Finding]:
    answered = _answers(overall).get(("", None, Said.SENT_BACK), 0)
    for one in overall:
        seen = Share(one.times, answered)
        is_general = one.kind == Said.SENT_BACK and (one.kind, one.key) in sources
        if is_general and one.people >= FEWEST_PEOPLE and seen.low > DEFINITION_SHARE:
            strength = Strength.CLEAR if seen.of >= DEFINITION_CLEAR_FROM else Strength.EARLY
            advice = Advice.CHANGE_DEFINITION
            yield Finding(advice, "", None, one.kind, one.key, one.label, one.people, seen, Share(0, 0), strength)


def _of_questions(overall: Sequence[Counted]) -> Iterable[Finding]:
    """Yield the questions, wishes, complaints and competitors that several people brought up."""
    asked = [one for one in overall if one.kind in QUESTIONS]
    total = sum(one.people for one in asked)
    for one in asked:
        if one.people >= FEWEST_PEOPLE and one.label:
            strength = Strength.CLEAR if one.people >= CLEAR_FROM else Strength.EARLY
            seen = Share(one.people, max(total, one.people))
            yield Finding(Advice.WRITE, "", None, one.kind, one.key, one.label, one.people, seen, Share(0, 0), strength)


def _side(kind: str) -> str:
    """Return which answers a kind counts among: those to hand-offs, or the ends of deals."""
    return Said.SENT_BACK if kind in (Said.ACCEPTED, Said.SENT_BACK) else Said.LOST


def _answers(counts: Iterable[Counted]) -> dict[tuple[str, int | None, str], int]:
    """Return how many answers of each side a subject has."""
    found: dict[tuple[str, int | None, str], int] = {}
    found["", None, Said.SENT_BACK] = found["", None, Said.LOST] = 0
    for one in counts:
        if one.kind in (Said.ACCEPTED, Said.SENT_BACK, Said.WON, Said.LOST):
            place = (one.sort, one.id, str(_side(one.kind)))
            found[place] = found.get(place, 0) + one.times
    return found


def is_explained(people: frozenset[int], campaigns: Iterable[frozenset[int]]) -> bool:
    """Return whether a campaign's own finding already names all these people: nothing is said twice."""
    return any(people <= theirs for theirs in campaigns)


def has_grown(*, declined_times: int, new_times: int) -> bool:
    """Return whether what was declined has clearly more behind it now, by what came since it was declined."""
    return new_times >= max(GREW_BY, ceil(GREW_SHARE * declined_times))


def topic_of(text: str) -> str:
    """Return the key under which the same topic, written a little differently, is counted together."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())[:200]


def headline(suggestion: Suggestion) -> str:
    """Return what a suggestion says, in one sentence."""
    words = {"subject": suggestion.subject, "label": suggestion.label, "people": suggestion.people}
    match suggestion.advice:
        case Advice.PAUSE_SOURCE:
            text = _("施策「%(subject)s」は「%(label)s」が目立ちます。対象を絞るか、一時停止をご検討ください")
        case Advice.CHANGE_SEGMENT:
            text = _("セグメント「%(subject)s」は「%(label)s」が目立ちます。条件の見直しをご検討ください")
        case Advice.CHANGE_PAGE:
            text = _("「%(subject)s」を見た人は「%(label)s」が目立ちます。案内の内容の見直しをご検討ください")
        case Advice.CHANGE_MAIL:
            text = _("メール「%(subject)s」の読者は「%(label)s」が目立ちます。宛先と内容の見直しをご検討ください")
        case Advice.CHANGE_DEFINITION:
            text = _("「%(label)s」での差し戻しが全体で続いています。引き継ぎの条件の見直しをご検討ください")
        case _:
            text = _("「%(label)s」について%(people)s人から聞かれています。記事やページでの説明をご検討ください")
    return text % words


def evidence_said(suggestion: Suggestion) -> str:
    """Return the evidence in numbers, with its range and what it is compared with."""
    seen, others = Share(suggestion.times, suggestion.of), Share(suggestion.base_times, suggestion.base_of)
    if suggestion.advice == Advice.WRITE:
        return _("直近90日に%(people)s人（声のあった延べ%(of)s人のうち）") % {"people": seen.times, "of": seen.of}
    words = {
        "of": seen.of,
        "times": seen.times,
        "low": round(100 * seen.low),
        "high": round(100 * seen.high),
        "usual": round(100 * (usual_share(others) if suggestion.sort else DEFINITION_SHARE)),
    }
    if not suggestion.sort:
        text = _("直近90日に%(of)s件中%(times)s件（95%%の幅で%(low)s〜%(high)s%%、目安は%(usual)s%%以下）")
    elif not others.of:
        text = _("直近90日に%(of)s件中%(times)s件（95%%の幅で%(low)s〜%(high)s%%、ほかの実績がなく目安は%(usual)s%%）")
    else:
        text = _("直近90日に%(of)s件中%(times)s件（95%%の幅で%(low)s〜%(high)s%%、ほかでは約%(usual)s%%）")
    return text % words


def strength_said(suggestion: Suggestion) -> str:
    """Return why the evidence counts as early or clear, by the rule that applied."""
    is_clear = suggestion.strength == Strength.CLEAR
    if suggestion.advice == Advice.WRITE:
        return _("10人以上から聞かれています。") if is_clear else _("3人以上から聞かれたため表示しています。")
    if suggestion.advice == Advice.CHANGE_DEFINITION:
        text = _("2つ以上の施策に共通し、幅の下限が全体の%(usual)s%%を上回っています。")
        return text % {"usual": round(100 * DEFINITION_SHARE)}
    if is_clear:
        return _("10件以上の返事があり、ほかとの差が偶然とは考えにくい水準です。")
    return _("3人以上で、幅の下限がふだんの割合を上回ったため表示しています。件数が少なく、偶然の可能性も残ります。")
