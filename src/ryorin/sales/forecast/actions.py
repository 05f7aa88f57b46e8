"""Committing, setting quotas, saying what a ヨミ means; and the nightly lesson."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.lib.fiscal import Period, months_of, period_of
from ryorin.products.catalogue.models import Product
from ryorin.sales.deals.models import Yomi
from ryorin.sales.deals.rules import LARGEST_AMOUNT
from ryorin.sales.forecast.errors import CommentTooLong, CommitElsewhere, FigureInvalid, NotYourCommit
from ryorin.sales.forecast.models import Commit, CommitSide, Lesson, Outlook, Quota, YomiMeaning
from ryorin.sales.forecast.queries.board import line_of_all, meanings
from ryorin.sales.forecast.queries.learned import learn_now, today
from ryorin.sales.forecast.rules.learning import to_json
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may, require
from ryorin.workspace.notifications.actions import notify
from ryorin.workspace.organisation.queries import current

LONGEST_COMMENT = 300
MONTHS_AHEAD = 4
LESSONS_KEPT = 3


@transaction.atomic
def commit(
    member: Member, month: date, amount: int, *, by: Member, comment: str = "", after: int | None = None
) -> Commit:
    """This function will keep what a member is expected to win in a month, said by themselves or by who leads them.

    `after` is the commit (0 for none) that the page showed; the same said twice is kept once.
    """
    require(by, "forecast.commit")
    side = CommitSide.REP if by.pk == member.pk else CommitSide.MANAGER
    if side == CommitSide.MANAGER and not may(by, "forecast.manage"):
        raise NotYourCommit()
    month, comment = month.replace(day=1), " ".join(comment.replace("\0", "").split())
    check_amount(amount, _("コミット額"))
    if len(comment) > LONGEST_COMMENT:
        raise CommentTooLong(limit=LONGEST_COMMENT)
    Member.objects.select_for_update().get(pk=member.pk)  # two commits for one member wait for each other
    last = Commit.objects.filter(member=member, month=month, side=side).order_by("-pk").first()
    if last is not None and (last.amount, last.comment) == (amount, comment):
        return last
    if after is not None and after != (last.pk if last else 0):
        raise CommitElsewhere()
    made = Commit.objects.create(
        member=member, month=month, side=side, amount=amount, comment=comment, by=by, at=clock.now()
    )
    before = last.amount if last else None
    audit.record(
        "commit_stated", "commit", made.pk, by=by, member=member.name, month=month, side=side, amount=[before, amount]
    )
    if side == CommitSide.MANAGER:
        notify([member], kind="commit_stated", text=_("上長がコミットを入力しました。"), url="/forecast/")
    return made


@transaction.atomic
def set_quota(
    month: date, amount: int | None, *, by: Member | None, member: Member | None = None, product: Product | None = None
) -> Quota | None:
    """This function will set what a member, or a product, is to bring in a month; None takes it away."""
    require(by, "forecast.manage")
    if (member is None) == (product is None):
        raise TypeError("a quota is a member's or a product's")
    month = month.replace(day=1)
    if amount is not None:
        check_amount(amount, _("目標額"))
    found = Quota.objects.select_for_update().filter(month=month, member=member, product=product).first()
    before = found.amount if found else None
    if before == amount:
        return found
    subject = member.name if member else product.name if product else ""
    audit.record("quota_set", "quota", by=by, name=subject, month=month, amount=[before, amount])
    if amount is None:
        Quota.objects.filter(month=month, member=member, product=product).delete()
        return None
    values = {"amount": amount, "set_by": by, "updated_at": clock.now()}
    return Quota.objects.update_or_create(month=month, member=member, product=product, defaults=values)[0]


@transaction.atomic
def spread_quota(
    year: Period, amount: int | None, *, by: Member, member: Member | None = None, product: Product | None = None
) -> None:
    """This function will set the months of a year so that together they make the year's quota."""
    months = months_of(year)
    for place, month in enumerate(months):
        part = None if amount is None else amount * (place + 1) // len(months) - amount * place // len(months)
        set_quota(month.start, part, by=by, member=member, product=product)


@transaction.atomic
def change_meaning(yomi: str, *, meaning: str, probability: int, by: Member, version: int | None = None) -> YomiMeaning:
    """This function will say what a ヨミ means here and what it counts as, in percent."""
    require(by, "forecast.manage")
    meaning = " ".join(meaning.replace("\0", "").split())[:120]
    if not 0 <= probability <= 100:
        raise FigureInvalid(field=_("受注確度（％）"), low=0, high=100)
    default = next(one for one in meanings() if one.yomi == Yomi(yomi))
    row = YomiMeaning.objects.select_for_update().filter(yomi=yomi).first()
    if version is not None and version != (row.version if row else 0):
        raise StaleRecord()
    if (str(default.meaning), default.probability) == (meaning, probability) and row is not None:
        return row
    values = {"meaning": meaning, "probability": probability, "version": (row.version if row else 0) + 1}
    made, _created = YomiMeaning.objects.update_or_create(yomi=yomi, defaults=values)
    audit.record(
        "yomi_changed", "yomi", made.pk, by=by, name=str(made.get_yomi_display()),
        meaning=[str(default.meaning), meaning], probability=[default.probability, probability],
    )  # fmt: skip
    return made


def learn_daily() -> date | None:
    """This function will learn from history and keep the forecast, once a day."""
    day, currency = today(), current().currency
    if Lesson.objects.filter(day=day, currency=currency).exists():
        return None
    learned = learn_now(day)
    values = {
        "currency": currency,
        "content": to_json(learned),
        "deals": sum(one.seen for one in learned.openings.values()),
        "made_at": clock.now(),
    }
    month = period_of(day)
    lines = []
    for _each in range(MONTHS_AHEAD):
        lines.append((month.start, line_of_all(month, learned, today=day)))
        month = period_of(month.end)
    with transaction.atomic():
        Lesson.objects.update_or_create(day=day, defaults=values)
        for start, line in lines:
            said = {"won": line.won, "expected": line.expected, "low": line.low, "high": line.high, "naive": line.naive}
            Outlook.objects.update_or_create(day=day, month=start, defaults=said)
        old = Lesson.objects.order_by("-day").values_list("day", flat=True)[LESSONS_KEPT:]
        Lesson.objects.filter(day__in=list(old)).delete()
        Outlook.objects.filter(day__lt=day - timedelta(days=800)).delete()
    return day


def check_amount(amount: int, label: str) -> None:
    """This function will refuse an amount that cannot be meant."""
    if not 0 <= amount <= LARGEST_AMOUNT:
        raise FigureInvalid(field=label, low=0, high=f"{LARGEST_AMOUNT:,}")
