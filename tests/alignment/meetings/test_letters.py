"""Mails about meetings: to everybody once, before and after, whatever breaks."""

import email
import email.policy
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.alignment.meetings.conftest import NOW, TOKYO

from ryorin.alignment.meetings.actions import (
    cancel_meeting,
    close_meeting,
    send_agenda,
    send_agendas,
    send_letter_again,
)
from ryorin.alignment.meetings.actions.letters import take_letter
from ryorin.alignment.meetings.errors import ParticipantsMissing
from ryorin.alignment.meetings.models import Letter, LetterState, Meeting
from ryorin.connectors.smtp import colleagues
from ryorin.connectors.smtp.colleagues import send_meeting_letters
from ryorin.connectors.smtp.models import Relay
from ryorin.connectors.smtp.rules import Answer, Stage
from ryorin.lib import clock
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.notifications.models import Notification
from ryorin.workspace.organisation.models import Organisation

EVE = datetime(2026, 11, 30, 9, 1, tzinfo=TOKYO)  # a business day before the first of December, as the company opens


@pytest.fixture
def address(world) -> None:
    Organisation.objects.update(sender_email="info@ryorin.example", sender_name="両輪工業")


def mails(settings) -> list[email.message.EmailMessage]:
    files = sorted((Path(settings.MEDIA_ROOT) / "mails").glob("*.eml"))
    return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]


def states() -> dict[str, str]:
    return dict(Letter.objects.values_list("email", "state"))


def test_the_agenda_goes_out_on_the_eve_newly_gathered_and_once(meeting, address, settings):
    assert send_agendas() == 0
    with clock.frozen(EVE):
        assert send_agendas() == 4
        assert send_agendas() == 0
        assert send_meeting_letters() == 4
        assert send_meeting_letters() == 0
    meeting.refresh_from_db()
    assert meeting.refreshed_at == EVE and meeting.agenda_sent_at == EVE
    found = mails(settings)
    assert {mail["To"] for mail in found} == {
        "kimura@ryorin.example", "mei@ryorin.example", "sato@ryorin.example", "agency@partner.example",
    }  # fmt: skip
    mei = next(mail for mail in found if mail["To"] == "mei@ryorin.example")
    assert mei["Subject"] == "【議題】営業・マーケ定例 2026年12月1日（火）"
    body = mei.get_body(("plain",)).get_content()
    assert "■ 目標とKPI" in body and f"/meetings/{meeting.pk}/" in body
    paper = next(mei.iter_attachments())
    assert paper.get_filename() == "営業・マーケ定例_20261201_議題.pdf" and paper.get_content()[:5] == b"%PDF-"
    outside = next(mail for mail in found if mail["To"] == "agency@partner.example")
    assert "/meetings/" not in outside.get_body(("plain",)).get_content()
    assert Notification.objects.filter(kind="meeting_agenda", member__email="mei@ryorin.example").count() == 1
    assert AuditEntry.objects.filter(action="agenda_sent").count() == 1


def test_the_minutes_go_out_when_the_meeting_is_closed(meeting, address, settings, later, world):
    with later(meeting):
        close_meeting(meeting, by=world.kimura)
        assert send_meeting_letters() == 4
    found = mails(settings)
    assert {mail["Subject"] for mail in found} == {"【議事録】営業・マーケ定例 2026年12月1日（火）"}
    assert "決定事項はありません。" in found[0].get_body(("plain",)).get_content()
    assert set(states().values()) == {LetterState.SENT}


def test_an_agenda_is_never_sent_after_the_meeting_began(meeting, address, settings, later):
    with later(meeting):
        assert send_agendas() == 0
    with clock.frozen(EVE):
        send_agendas()
    with later(meeting):
        assert send_meeting_letters() == 0
    assert set(states().values()) == {LetterState.FAILED} and mails(settings) == []


def test_without_a_paper_the_mail_goes_alone(begin, address, settings):
    begin(attaches_pdf=False, members=[], emails=["a@b.example"])
    with clock.frozen(EVE):
        send_agendas()
        assert send_meeting_letters() == 1
    assert list(mails(settings)[0].iter_attachments()) == []


def test_nothing_leaves_without_a_sender_or_from_a_copy_of_the_installation(meeting, settings):
    with clock.frozen(EVE):
        send_agendas()
        assert send_meeting_letters() == 0  # nobody said who mails come from
        Organisation.objects.update(sender_email="info@ryorin.example")
        Relay.objects.create(installation="another machine", updated_at=NOW)
        assert send_meeting_letters() == 0
    assert set(states().values()) == {LetterState.WAITING} and mails(settings) == []


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer(Stage.DATA, 451, "4.3.0 try later"), LetterState.WAITING),
        (Answer(Stage.CONNECT, 0, "refused"), LetterState.WAITING),
        (Answer(Stage.LOGIN, 535, "5.7.8 no"), LetterState.WAITING),
        (Answer(Stage.RECIPIENT, 550, "5.1.1 unknown user"), LetterState.FAILED),
        (Answer(Stage.DATA, 0, "connection lost"), LetterState.UNCERTAIN),
    ],
)
def test_what_the_server_says_decides(begin, address, monkeypatch, answer, state):
    begin(members=[], emails=["a@b.example"])
    tries = []
    monkeypatch.setattr(colleagues, "hand_over", lambda **mail: tries.append(mail) or answer)
    with clock.frozen(EVE):
        send_agendas()
        send_meeting_letters()
        send_meeting_letters()
    letter = Letter.objects.get()
    assert letter.state == state and letter.problem == answer.text and len(tries) == 1
    if state == LetterState.WAITING:
        with clock.frozen(EVE + timedelta(minutes=6)):
            send_meeting_letters()
        assert len(tries) == 2


def test_a_letter_whose_holder_died_is_not_sent_again_by_itself(begin, address, settings, world):
    begin(members=[world.mei])
    with clock.frozen(EVE):
        send_agendas()
        held = take_letter()
        assert held is not None and take_letter() is None
    with clock.frozen(EVE + timedelta(minutes=11)):
        assert send_meeting_letters() == 0
        letter = Letter.objects.get()
        assert letter.state == LetterState.UNCERTAIN and mails(settings) == []
        send_letter_again(letter, by=world.mei)
        assert send_meeting_letters() == 1


def test_a_meeting_nobody_takes_part_in_is_told_of_and_sends_nothing(meeting, world):
    meeting.participants.all().delete()
    with clock.frozen(EVE):
        assert send_agendas() == 0
        assert send_agendas() == 0
        with pytest.raises(ParticipantsMissing):
            send_agenda(meeting, by=world.kimura)
    told = Notification.objects.filter(member=world.kimura, kind="meeting_alone")
    assert [one.text for one in told] == ["「営業・マーケ定例」には参加者がいないため、議題を送れません。"]


def test_sending_by_hand_reaches_only_those_who_have_not_got_it(meeting, world):
    send_agenda(meeting, by=world.mei)
    assert Letter.objects.count() == 4
    meeting.participants.create(email="late@partner.example")
    send_agenda(Meeting.objects.get(pk=meeting.pk), by=world.mei)
    assert Letter.objects.count() == 5


def test_a_cancelled_meeting_keeps_its_mails(meeting, world, address, settings):
    send_agenda(meeting, by=world.mei)
    cancel_meeting(Meeting.objects.get(pk=meeting.pk), by=world.mei)
    assert send_meeting_letters() == 0 and mails(settings) == []
