"""Planning, confirming, preparing, trying subjects, and mails to one person at a time."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.connectors.smtp.sink import Sink

from ryorin.connectors.smtp.actions import deliver_due
from ryorin.customers.consent.actions import refuse
from ryorin.customers.people.models import Person
from ryorin.customers.segments.models import Segment
from ryorin.insight.lake.actions import append_touchpoints
from ryorin.lib import clock
from ryorin.lib.ids import new_id
from ryorin.marketing.experiments.models import ExperimentState
from ryorin.marketing.journeys.models import ContactLimits
from ryorin.marketing.mail.models import Message
from ryorin.marketing.mailings import actions
from ryorin.marketing.mailings.actions import audience
from ryorin.marketing.mailings.actions.audience import SLICE
from ryorin.marketing.mailings.errors import (
    CheckFailed,
    MailingInvalid,
    MailingLocked,
    NobodyToMail,
    NumberChanged,
    NumberNotTyped,
)
from ryorin.marketing.mailings.fields import using
from ryorin.marketing.mailings.models import Mailing, MailingState, Recipient, RecipientState, Topic, TopicRefusal, When
from ryorin.marketing.mailings.queries.report import tally_of
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.models import Member

pytestmark = pytest.mark.django_db(transaction=True)
Reader, Going, Start = Callable[..., Person], Callable[..., Mailing], Callable[..., Sink]
SegmentOf = Callable[..., Segment]
TOKYO = ZoneInfo("Asia/Tokyo")


def states(mailing: Mailing) -> dict[str, int]:
    return dict(Counter(Recipient.objects.filter(mailing=mailing).values_list("state", flat=True)))


def planned(message: Message, segment: Segment, by: Member | None = None, **fields: Any) -> Mailing:
    return actions.create_mailing(by=by, name="秋のご案内", message=message, segments=[segment], **fields)


def test_nothing_goes_out_before_the_number_is_typed(
    reader: Reader, message: Message, segment_of: SegmentOf, mei: Member
) -> None:
    mailing = planned(message, segment_of(reader(), reader(), reader()), mei)

    with pytest.raises(NumberNotTyped):
        actions.confirm_mailing(mailing, number=None, by=mei)
    with pytest.raises(NumberChanged):
        actions.confirm_mailing(mailing, number=300, by=mei)
    assert actions.prepare_mailings() == 0

    assert actions.confirm_mailing(mailing, number=3, by=mei).state == MailingState.CHECKING
    assert AuditEntry.objects.filter(action="mailing_confirmed").exists()
    with pytest.raises(MailingLocked):
        actions.confirm_mailing(mailing, number=3, by=mei)


def test_only_those_who_may_be_mailed_are_and_each_address_once(
    reader: Reader, message: Message, segment_of: SegmentOf
) -> None:
    refused = reader("拒否")
    people = [
        reader("安達", email="ada@acme.example"),
        reader("安達", email="ada@acme.example"),
        reader("未確認", allowed=False),
        refused,
        reader("弁田", email="ben@gmail.com"),
    ]
    refuse(refused, evidence="電話で")
    mailing = planned(message, segment_of(*people))
    actions.confirm_mailing(mailing, number=3, by=None)
    actions.prepare_mailings()

    assert states(mailing) == {"waiting": 2, "skipped": 1, "suppressed": 2}
    answers = set(Recipient.objects.filter(mailing=mailing).exclude(answer="").values_list("answer", flat=True))
    assert answers == {"same_address", "unknown", "suppressed_refused"}
    mailing.refresh_from_db()
    assert mailing.lanes == ["", "gmail.com"]
    assert mailing.size == 2


def test_excluded_segments_get_nothing(reader: Reader, message: Message, segment_of: SegmentOf) -> None:
    ada, ben = reader("安達"), reader("弁田")
    mailing = planned(message, segment_of(ada, ben), excluded=[segment_of(ben, name="除く")])
    actions.confirm_mailing(mailing, number=1, by=None)
    actions.prepare_mailings()

    assert list(Recipient.objects.values_list("person", flat=True)) == [ada.pk]


def test_a_condition_is_an_audience_too(reader: Reader, message: Message) -> None:
    ada, _ben = reader("安達"), reader("弁田")
    condition = {"all": [{"field": "family_name", "op": "is", "value": "安達"}]}
    mailing = actions.create_mailing(by=None, name="条件", message=message, condition=condition)
    actions.confirm_mailing(mailing, number=1, by=None)
    actions.prepare_mailings()

    assert list(Recipient.objects.values_list("person", flat=True)) == [ada.pk]


def test_a_mailing_to_nobody_is_told(message: Message, segment_of: SegmentOf, reader: Reader) -> None:
    with pytest.raises(NobodyToMail):
        actions.confirm_mailing(planned(message, segment_of(reader(allowed=False))), number=0, by=None)


def test_a_message_without_what_the_law_asks_for_does_not_go_out(
    message: Message, segment_of: SegmentOf, reader: Reader
) -> None:
    body = (
        "<mjml><mj-body><mj-section><mj-column><mj-text>こんにちは</mj-text></mj-column></mj-section></mj-body></mjml>"
    )
    message.versions.update(mjml=body)
    with pytest.raises(CheckFailed):
        actions.confirm_mailing(planned(message, segment_of(reader())), number=1, by=None)


def test_preparing_goes_on_where_it_stopped(
    reader: Reader, message: Message, segment_of: SegmentOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ryorin.marketing.mailings.actions.audience.SLICE", 2)
    mailing = planned(message, segment_of(*[reader() for _each in range(5)]))
    actions.confirm_mailing(mailing, number=5, by=None)

    assert audience._next_slice(mailing.pk) == 2
    mailing.refresh_from_db()
    assert (mailing.state, Recipient.objects.count()) == (MailingState.CHECKING, 2)
    Mailing.objects.filter(pk=mailing.pk).update(audience_until=0)  # as if the last step had been lost
    actions.prepare_mailings()

    assert states(mailing) == {"waiting": 5}
    assert SLICE > 1000


def test_a_mailing_for_later_waits_and_begins_by_itself(
    reader: Reader, message: Message, segment_of: SegmentOf, sink: Start
) -> None:
    server = sink()
    at = clock.now() + timedelta(days=2)
    mailing = planned(message, segment_of(reader()), when=When.AT, starts_at=at)
    actions.confirm_mailing(mailing, number=1, by=None)
    actions.prepare_mailings()
    actions.finish_mailings()
    deliver_due(seconds=20)
    mailing.refresh_from_db()
    assert (mailing.state, len(server.took)) == (MailingState.SCHEDULED, 0)

    with clock.frozen(at + timedelta(seconds=1)):
        actions.finish_mailings()
        deliver_due(seconds=20)
    assert len(server.took) == 1


def test_at_the_best_hour_everybody_waits_for_their_own(
    reader: Reader, message: Message, segment_of: SegmentOf
) -> None:
    ada, ben = reader("安達"), reader("弁田")
    yesterday = datetime.now(TOKYO).replace(hour=20, minute=10) - timedelta(days=1)
    append_touchpoints(
        [
            {
                "uid": new_id(yesterday + timedelta(minutes=number)), "at": yesterday + timedelta(minutes=number),
                "kind": "mail_opened", "person_id": ada.pk, "verdict": "human", "source": "mailing:1",
                "properties": "{}",
            }
            for number in range(3)
        ]
    )  # fmt: skip
    start = datetime.now(TOKYO).replace(hour=9, minute=0) + timedelta(days=1)
    mailing = planned(message, segment_of(ada, ben), when=When.BEST_HOUR, starts_at=start)
    actions.confirm_mailing(mailing, number=2, by=None)
    actions.prepare_mailings()

    due = dict(Recipient.objects.values_list("person", "due_at"))
    assert due[ada.pk].astimezone(TOKYO).hour == 20
    assert due[ben.pk].astimezone(TOKYO).hour == 9


def test_two_subjects_are_tried_and_the_rest_gets_the_better_one(
    reader: Reader, message: Message, segment_of: SegmentOf, sink: Start, mei: Member
) -> None:
    server = sink()
    people = [reader("安達", email=f"p{number}@acme.example") for number in range(40)]
    mailing = planned(message, segment_of(*people), mei, test_share=50)
    actions.set_test(mailing, ["件名その一", "件名その二"], metric="mail_opened", by=mei)
    mailing.refresh_from_db()
    actions.confirm_mailing(mailing, number=40, by=mei)
    actions.prepare_mailings()
    deliver_due(seconds=20)
    tested = Recipient.objects.filter(variant__isnull=False)
    assert len(server.took) == tested.count() and 5 < tested.count() < 35
    mailing.refresh_from_db()
    assert mailing.experiment is not None and mailing.experiment.state == ExperimentState.RUNNING
    second = mailing.experiment.variants.get(position=1)
    tested.filter(variant=second).update(opened_at=clock.now())

    assert actions.decide_tests() == 0
    with clock.frozen(clock.now() + timedelta(hours=5)):
        assert actions.decide_tests() == 1
        deliver_due(seconds=20)

    assert len(server.took) == 40

    subjects = Counter(
        str(make_header(decode_header(message_from_bytes(one.content)["Subject"]))) for one in server.took
    )
    assert set(subjects) == {"件名その一", "件名その二"}
    assert subjects["件名その二"] > subjects["件名その一"]


def test_a_single_mail_goes_once_for_its_key(reader: Reader, message: Message, sink: Start) -> None:
    server = sink()
    ada, refused = reader("安達"), reader("拒否", allowed=False)

    first = actions.send_one(message, ada, reason="資料請求のお礼", key="journey:1:1")
    again = actions.send_one(message, ada, reason="資料請求のお礼", key="journey:1:1")
    other = actions.send_one(message, ada, reason="資料請求のお礼", key="journey:1:2")
    blocked = actions.send_one(message, refused, reason="資料請求のお礼", key="journey:2:1")
    deliver_due(seconds=20)

    assert first.pk == again.pk != other.pk
    assert blocked.state == RecipientState.SUPPRESSED
    assert len(server.took) == 2
    assert Mailing.objects.filter(kind="single").count() == 1


def test_quiet_hours_postpone_advertising(reader: Reader, going: Going, sink: Start) -> None:
    server = sink()
    night = datetime.now(TOKYO).replace(hour=23, minute=0) + timedelta(days=1)
    ContactLimits.objects.update(is_quiet=True, quiet_from=21, quiet_until=8)
    going(reader())

    with clock.frozen(night):
        deliver_due(seconds=20)

    assert server.took == []
    row = Recipient.objects.get()
    assert row.state == RecipientState.WAITING and row.due_at.astimezone(TOKYO).hour == 8


def test_who_wants_none_of_this_kind_gets_none_of_it(reader: Reader, message: Message, segment_of: SegmentOf) -> None:
    ada = reader("安達")
    topic = Topic.objects.create(name="キャンペーン")
    TopicRefusal.objects.create(person=ada, topic=topic, at=clock.now())
    mailing = planned(message, segment_of(ada), topic=topic)
    actions.confirm_mailing(mailing, number=1, by=None)
    actions.prepare_mailings()

    assert states(mailing) == {"suppressed": 1}
    mailing.refresh_from_db()
    assert mailing.state == MailingState.DONE


def test_the_pace_of_a_mailing_is_kept(reader: Reader, going: Going, sink: Start) -> None:
    server = sink()
    going(*[reader("安達", email=f"p{number}@acme.example") for number in range(30)], per_minute=60)

    with clock.frozen(clock.now()):
        deliver_due(seconds=3)

    assert 1 <= len(server.took) <= 12


def test_counts_are_taken_in_the_background(reader: Reader, going: Going, sink: Start) -> None:
    sink()
    mailing = going(reader(), reader())
    deliver_due(seconds=20)
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        actions.tally_mailings()

    mailing.refresh_from_db()
    assert (tally_of(mailing).sent, tally_of(mailing).delivered, tally_of(mailing).waiting) == (2, 2, 0)


def test_a_mailing_called_off_mails_nobody_else(reader: Reader, going: Going, sink: Start, mei: Member) -> None:
    server = sink()
    mailing = going(reader(), reader())
    actions.cancel_mailing(mailing, by=mei)
    deliver_due(seconds=20)

    assert server.took == [] and states(mailing) == {"skipped": 2}
    with pytest.raises(MailingLocked):
        actions.resume_mailing(mailing, by=mei)


def test_what_cannot_be_planned_is_refused(message: Message, segment_of: SegmentOf, mei: Member, sato: Member) -> None:
    segment = segment_of()
    with pytest.raises(NotAllowed):
        planned(message, segment, sato)
    with pytest.raises(MailingInvalid):
        planned(message, segment, mei, when=When.AT, starts_at=None)
    with pytest.raises(MailingInvalid):
        planned(message, segment, mei, condition={"field": "no such field", "op": "is", "value": 1})
    mailing = planned(message, segment, mei)
    actions.change_mailing(mailing, by=mei, version=1, name="冬のご案内")
    with pytest.raises(StaleRecord):
        actions.change_mailing(mailing, by=mei, version=1, name="春のご案内")


def test_a_segment_says_which_mailings_use_it(message: Message, segment_of: SegmentOf, reader: Reader) -> None:
    segment = segment_of(reader())
    mailing = planned(message, segment)

    assert [use.pk for use in using(segment.pk)] == [mailing.pk]
