"""What mail servers answer, and what becomes of the mails."""

import shutil
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import dkim
import pytest
from tests.connectors.smtp.sink import Behaviour, Sink, free_port
from tests.marketing.mailings.conftest import going, message, reader, segment_of, sender, sink

from ryorin.connectors.smtp.actions import confirm_installation, deliver_due
from ryorin.connectors.smtp.models import Relay
from ryorin.customers.consent.queries import is_suppressed
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.lib import clock
from ryorin.lib.place import installation, renew
from ryorin.marketing.mail.actions import change_sender, make_dkim_key
from ryorin.marketing.mail.models import SenderIdentity
from ryorin.marketing.mailings import actions
from ryorin.marketing.mailings.models import Mailing, MailingState, Recipient, RecipientState
from ryorin.workspace.members.models import Member

__all__ = ["going", "message", "reader", "segment_of", "sender", "sink"]

Start = Callable[..., Sink]
Reader = Callable[..., Person]
Going = Callable[..., Mailing]
pytestmark = pytest.mark.django_db(transaction=True)


def states(mailing: Mailing) -> dict[str, int]:
    return dict(Counter(Recipient.objects.filter(mailing=mailing).values_list("state", flat=True)))


def test_everybody_gets_the_mail_once_with_their_own_name(sink: Start, reader: Reader, going: Going) -> None:
    server = sink()
    people = [reader(name) for name in ("安達", "髙﨑", "O'Neil", "渡邉")]
    mailing = going(*people)

    deliver_due(seconds=20)

    assert states(mailing) == {"sent": 4}
    assert sorted(took.to for took in server.took) == sorted(person.email for person in people)
    assert len({took.message_id for took in server.took}) == 4
    assert InboxTouchpoint.objects.filter(kind="mail_sent").count() == 4
    actions.finish_mailings()
    mailing.refresh_from_db()
    assert mailing.state == MailingState.DONE


def test_what_leaves_is_signed_and_can_be_unsubscribed_by_one_click(
    sink: Start, reader: Reader, going: Going, sender: SenderIdentity, kimura: Member
) -> None:
    change_sender(sender, by=kimura, version=None, dkim_domain="ryorin.example", dkim_selector="s1")
    sender = make_dkim_key(sender, by=kimura, version=None)
    server = sink(bounce_domain="bounce.ryorin.example")
    going(reader())

    deliver_due(seconds=20)

    took = server.took[0]
    head = took.content.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").decode()
    assert "List-Unsubscribe: <https://crm.ryorin.example/m/u/" in head
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in head
    assert took.message_id.endswith("@ryorin.example")
    assert took.sender.startswith("b-") and took.sender.endswith("@bounce.ryorin.example")
    record = sender.dkim_public if sender.dkim_public.startswith("v=") else f"v=DKIM1; k=rsa; p={sender.dkim_public}"
    assert dkim.verify(took.content, dnsfunc=lambda name, timeout=5: record.encode())
    signed = head.partition("h=")[2].partition(";")[0]
    assert {"list-unsubscribe", "list-unsubscribe-post"} <= set(signed.split(":"))
    assert max(map(len, took.content.split(b"\r\n"))) < 998


@pytest.mark.parametrize(
    ("answer", "state", "suppressed", "bounce"),
    [
        ("rcpt:421 4.3.2 closing", "waiting", False, ""),
        ("rcpt:450 4.2.1 mailbox busy", "waiting", False, ""),
        ("data:451 4.7.1 greylisted", "waiting", False, ""),
        ("rcpt:550 5.1.1 User unknown", "failed", True, "hard"),
        ("data:550 5.1.1 no such user", "failed", True, "hard"),
        ("rcpt:551 user not local", "failed", True, "hard"),
        ("rcpt:552 5.2.2 mailbox full", "failed", False, "soft"),
        ("rcpt:554 5.7.1 recipient policy", "failed", False, "soft"),
    ],
)
def test_an_answer_concerns_its_address_only(
    sink: Start, reader: Reader, going: Going, answer: str, state: str, suppressed: bool, bounce: str
) -> None:
    ada, ben = reader("安達", email="ada@acme.example"), reader("弁田", email="ben@acme.example")
    server = sink(Behaviour(answers={"ada@acme.example": answer}))
    mailing = going(ada, ben)

    deliver_due(seconds=20)

    row = Recipient.objects.get(mailing=mailing, person=ada)
    assert (row.state, row.bounce) == (state, bounce)
    assert is_suppressed("ada@acme.example") is suppressed
    assert Recipient.objects.get(mailing=mailing, person=ben).state == RecipientState.SENT
    assert [took.to for took in server.took] == ["ben@acme.example"]
    mailing.refresh_from_db()
    assert mailing.state == MailingState.SENDING


def test_a_later_is_tried_again_with_pauses_for_three_days_and_no_longer(
    sink: Start, reader: Reader, going: Going
) -> None:
    ada = reader("安達", email="ada@acme.example")
    sink(Behaviour(answers={"ada@acme.example": "rcpt:450 4.2.1 busy"}))
    mailing = going(ada)
    start, tries = clock.now(), 0
    at = start
    while True:
        with clock.frozen(at):
            deliver_due(seconds=20)
        row = Recipient.objects.get(mailing=mailing)
        if row.state != RecipientState.WAITING:
            break
        assert row.due_at > at + timedelta(minutes=3)
        at, tries = row.due_at + timedelta(seconds=1), tries + 1
    assert timedelta(hours=71) < at - start < timedelta(hours=77)
    assert 15 < tries < 40
    assert (row.state, row.bounce) == (RecipientState.FAILED, "soft")


def test_a_text_that_servers_refuse_holds_the_mailing_and_goes_again_when_let_go(
    sink: Start, reader: Reader, going: Going, mei: Member
) -> None:
    people = [reader("安達", email=f"p{number}@acme.example") for number in range(8)]
    answers = {person.email: "data:554 5.7.1 message looks like spam" for person in people}
    behaviour = Behaviour(answers=answers)
    server = sink(behaviour, connections=1)
    mailing = going(*people)

    deliver_due(seconds=20)

    mailing.refresh_from_db()
    assert (mailing.state, mailing.pause_reason) == (MailingState.PAUSED, "content")
    assert states(mailing) == {"failed": 3, "waiting": 5}
    assert not is_suppressed("p0@acme.example")

    behaviour.answers = {}
    actions.resume_mailing(mailing, by=mei)
    deliver_due(seconds=20)
    assert states(mailing) == {"sent": 8}
    assert len(server.took) == 8


def test_a_login_that_fails_holds_the_mailing_and_no_person_is_blamed(
    sink: Start, reader: Reader, going: Going, kimura: Member
) -> None:
    sink(Behaviour(password="right"), username="ryorin", password="wrong")
    mailing = going(*[reader("安達", email=f"p{number}@acme.example") for number in range(5)])

    deliver_due(seconds=20)

    mailing.refresh_from_db()
    assert (mailing.state, mailing.pause_reason) == (MailingState.PAUSED, "login")
    assert states(mailing) == {"waiting": 5}
    assert not Recipient.objects.exclude(bounce="").exists()


def test_a_connection_that_drops_after_the_text_leaves_one_uncertain_mail_that_is_not_sent_again(
    sink: Start, reader: Reader, going: Going, mei: Member
) -> None:
    people = [reader("安達", email=f"p{number}@acme.example") for number in range(6)]
    server = sink(Behaviour(drops_after_data={"p2@acme.example"}))
    mailing = going(*people)

    deliver_due(seconds=20)
    deliver_due(seconds=20)

    assert states(mailing) == {"sent": 5, "uncertain": 1}
    assert Counter(took.to for took in server.took) == Counter(person.email for person in people)
    row = Recipient.objects.get(mailing=mailing, state=RecipientState.UNCERTAIN)
    server.behaviour.drops_after_data.clear()
    actions.decide_uncertain(row, again=True, by=mei)
    deliver_due(seconds=20)
    twice = [took.message_id for took in server.took if took.to == "p2@acme.example"]
    assert len(twice) == 2 and len(set(twice)) == 1


def test_a_server_that_stalls_is_left_alone_and_the_others_are_mailed(
    sink: Start, reader: Reader, going: Going
) -> None:
    people = [reader("安達", email=f"p{number}@acme.example") for number in range(6)]
    sink(Behaviour(stalls_at_data={"p1@acme.example"}))
    mailing = going(*people)

    deliver_due(seconds=20)

    assert states(mailing) == {"sent": 5, "uncertain": 1}


def test_a_server_that_is_away_leaves_everybody_waiting(reader: Reader, going: Going, sink: Start) -> None:
    sink(port=free_port())
    mailing = going(reader(), reader())

    deliver_due(seconds=20)

    assert states(mailing) == {"waiting": 2}
    mailing.refresh_from_db()
    assert mailing.state == MailingState.SENDING


def test_who_unsubscribes_while_it_goes_out_gets_no_more(sink: Start, reader: Reader, going: Going) -> None:
    ada, ben = reader("安達"), reader("弁田")
    server = sink()
    first = going(ada)
    deliver_due(seconds=20)
    second = actions.create_mailing(by=None, name="二通目", message=first.message, segments=first.segments.all())
    actions.confirm_mailing(second, number=1, by=None)
    actions.prepare_mailings()
    holder = "other.example:1/x"
    claims = actions.claim(holder)
    assert [claim.person_id for claim in claims] == [ada.pk]

    assert actions.unsubscribe(Recipient.objects.get(mailing=first), how="one_click")

    assert actions.hand_over([claims[0].pk], holder=holder) == set()
    assert Recipient.objects.get(mailing=second).state == RecipientState.SUPPRESSED
    assert len(server.took) == 1 and ben.email not in {took.to for took in server.took}


def test_old_docomo_addresses_and_japanese_domains_are_reached(sink: Start, reader: Reader, going: Going) -> None:
    server = sink()
    going(reader("安達", email="a..b.@docomo.ne.jp"), reader("弁田", email="ben@日本語.example"))

    deliver_due(seconds=20)

    assert sorted(took.to for took in server.took) == ["a..b.@docomo.ne.jp", "ben@xn--wgv71a119e.example"]


def test_an_address_in_unicode_is_refused_where_the_server_takes_none(
    sink: Start, reader: Reader, going: Going
) -> None:
    sink()
    mailing = going(reader("安達", email="安達@acme.example"))

    deliver_due(seconds=20)

    row = Recipient.objects.get(mailing=mailing)
    assert row.state in (RecipientState.SENT, RecipientState.FAILED)


def test_two_workers_at_once_mail_nobody_twice(sink: Start, reader: Reader, going: Going) -> None:
    sink()
    mailing = going(*[reader("安達", email=f"p{number}@acme.example") for number in range(10)])
    first = actions.claim("other.example:1/a", most=6)
    second = actions.claim("other.example:2/b", most=6)

    assert len(first) + len(second) == 10
    assert {claim.pk for claim in first} & {claim.pk for claim in second} == set()
    assert actions.hand_over([claim.pk for claim in first], holder="other.example:2/b") == set()
    assert mailing.state == MailingState.SENDING


def test_what_a_dead_worker_had_handed_over_is_uncertain_and_the_rest_waits(
    sink: Start, reader: Reader, going: Going
) -> None:
    sink()
    mailing = going(*[reader("安達", email=f"p{number}@acme.example") for number in range(10)])
    holder = "other.example:1/a"
    claims = actions.claim(holder)
    assert actions.hand_over([claims[0].pk, claims[1].pk], holder=holder) == {claims[0].pk, claims[1].pk}

    with clock.frozen(clock.now() + timedelta(minutes=11)):
        actions.recover()

    assert states(mailing) == {"uncertain": 2, "waiting": 8}


def test_a_paused_mailing_hands_nothing_over(sink: Start, reader: Reader, going: Going, mei: Member) -> None:
    server = sink()
    mailing = going(reader(), reader())
    claims = actions.claim("other.example:1/a")
    actions.pause_mailing(mailing, by=mei)

    assert actions.hand_over([claim.pk for claim in claims], holder="other.example:1/a") == set()
    deliver_due(seconds=20)
    assert server.took == []
    actions.resume_mailing(mailing, by=mei)
    deliver_due(seconds=20)
    assert len(server.took) == 2


def test_a_restored_or_copied_installation_waits_for_a_person(
    sink: Start, reader: Reader, going: Going, kimura: Member, mei: Member
) -> None:
    server = sink()
    mailing = going(reader(), reader())
    Relay.objects.update(installation="of another place")

    deliver_due(seconds=20)

    mailing.refresh_from_db()
    assert (mailing.state, mailing.pause_reason) == (MailingState.PAUSED, "restored")
    assert server.took == []
    confirm_installation(by=kimura)
    deliver_due(seconds=20)
    assert server.took == []
    actions.resume_mailing(mailing, by=mei)
    deliver_due(seconds=20)
    assert len(server.took) == 2


def test_a_folder_that_was_copied_or_restored_is_another_installation(tmp_path: Path) -> None:
    home, copy = tmp_path / "home", tmp_path / "copy"
    home.mkdir()
    name = installation(home)
    shutil.copytree(home, copy)

    assert installation(home) == name
    assert installation(copy) != name
    renew(home)
    assert installation(home) != name
