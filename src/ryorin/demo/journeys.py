"""Journeys of the demo company: people who asked for something in the last weeks are on their way through one."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from ryorin.demo.prospects import TOKYO
from ryorin.demo.staff import Staff
from ryorin.lib import clock
from ryorin.marketing.journeys import actions
from ryorin.marketing.journeys.actions.engine import advance_due
from ryorin.marketing.journeys.actions.entering import let_in
from ryorin.marketing.journeys.models import Journey, Reentry
from ryorin.marketing.journeys.queries.facts import Fact, facts_between
from ryorin.marketing.journeys.rules.drawing import Arm, Card, Drawing
from ryorin.marketing.journeys.rules.samples import drawing_of
from ryorin.marketing.mail.models import Message
from ryorin.marketing.mailings.models import Recipient, RecipientState

DAYS = 14
MOST = 80


def send_on_journeys(staff: Staff, *, now: datetime) -> None:
    """This function will switch one journey on weeks ago, let people through it day by day, and draw another one."""
    mei = staff.members["mei"]
    messages = list(Message.objects.current().order_by("pk")[:2])
    if len(messages) < 2:
        return
    began = (now - timedelta(days=DAYS)).astimezone(TOKYO).replace(hour=9, minute=0, second=0, microsecond=0)
    facts = by_day(facts_between(began, now, kinds={"form_submitted"})[-MOST:])
    with clock.frozen(began):
        actions.follow_facts()
        made = actions.create_journey(
            name="資料請求フォロー", goal="資料を請求した方を商談へつなげる", drawing=drawing(messages), by=mei
        )
        actions.change_settings(
            made, by=mei, version=None, name=made.name, goal=made.goal, reentry=Reentry.AFTER_DAYS, reentry_days=90
        )
        actions.publish(made, by=mei, version=None)
    for number in range(DAYS + 1):
        at = min(began + timedelta(days=number, hours=9), now)
        with clock.frozen(at):
            go_through(Journey.objects.get(pk=made.pk), facts.get(at.astimezone(TOKYO).date(), []), at=at)
    actions.create_journey(name="展示会お礼", goal="名刺交換した方と次の約束をする", drawing=drawing_of("fair"), by=mei)


def go_through(journey: Journey, facts: list[Fact], *, at: datetime) -> None:
    """This function will let those of one day in, and everybody who is due on; mails left as the worker sends them."""
    origins = {"by": "touchpoint", "kind": "form_submitted"}
    let_in(journey, [(one.person_id, {**origins, "uid": one.uid, "at": one.at.isoformat()}) for one in facts], now=at)
    advance_due()
    waiting = Recipient.objects.filter(state=RecipientState.WAITING, key__startswith="journey:")
    waiting.update(state=RecipientState.SENT, sent_at=at, handed_at=at, code=250)


def drawing(messages: list[Message]) -> Drawing:
    """Return the journey: thanks, then points for those who click, and a second mail for those who do not."""
    first, second = messages
    click = {"what": "touchpoint", "kind_of": "mail_clicked", "amount": 3, "unit": "days"}
    met = (
        Card("d3", "score", {"points": 15}),
        Card("d4", "notify", {"to": "person", "text": "資料を読みました。お電話の好機です。"}),
        Card("d5", "goal", {"name": "資料を読んだ", "leaves": True}),
    )
    late = (
        Card("d6", "wait", {"mode": "until", "hour": 10, "minute": 0, "weekdays": [1, 3], "business": True}),
        Card("d7", "mail", {"message": second.pk}),
    )
    return Drawing(
        {"kind": "touchpoint", "kind_of": "form_submitted"},
        (
            Card("d1", "mail", {"message": first.pk}),
            Card("d2", "wait_for", click, (Arm({"name": "クリックした"}, met), Arm({"name": "反応なし"}, late))),
        ),
    )


def by_day(facts: list[Fact]) -> dict[date, list[Fact]]:
    """Return the facts by the day they happened on."""
    days: dict[date, list[Fact]] = defaultdict(list)
    for fact in facts:
        days[fact.at.astimezone(TOKYO).date()].append(fact)
    return days
