"""What stands in the way of sending: the law and faults stop a mail, advice does not; everybody's consent is asked."""

import pytest

from ryorin.customers.consent.actions import state_consent
from ryorin.customers.consent.models import Basis, Medium
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.marketing.mail import queries
from ryorin.marketing.mail.actions import change_message, change_sender, seal
from ryorin.marketing.mail.errors import NotReady
from ryorin.marketing.mail.models import MailKind, Message, SenderIdentity
from ryorin.marketing.mail.rules.checks import Level
from ryorin.workspace.members.models import Member


def codes(message: Message, level: Level | None = None) -> set[str]:
    message = Message.objects.get(pk=message.pk)
    return {one.code for one in queries.check(message) if level is None or one.level is level}


def say(message: Message, mei: Member, **fields: str) -> Message:
    return change_message(message, by=mei, version=None, **fields)


FOOTER = (
    "<mj-section><mj-column><mj-text>{{送信者}} {{送信者住所}} {{問い合わせ先}} "
    '配信の停止は<a href="{{配信停止}}">こちら</a></mj-text></mj-column></mj-section>'
)


def body(content: str, footer: str = FOOTER) -> str:
    return f"<mjml><mj-body><mj-section><mj-column>{content}</mj-column></mj-section>{footer}</mj-body></mjml>"


def test_a_letter_with_a_foot_may_be_sent(newsletter: Message) -> None:
    assert codes(newsletter, Level.LAW) == codes(newsletter, Level.FAULT) == set()


@pytest.mark.parametrize(
    ("gone", "code"),
    [
        ("{{送信者}}", "name_missing_footer"),
        ("{{送信者住所}}", "address_missing_footer"),
        ("{{問い合わせ先}}", "contact_missing_footer"),
        ('<a href="{{配信停止}}">こちら</a>', "unsubscribe_footer"),
        ("配信の停止は", "refusing_footer"),
    ],
)
def test_what_the_act_wants_shown_is_missed(newsletter: Message, mei: Member, gone: str, code: str) -> None:
    say(newsletter, mei, mjml=body("<mj-text>本文です</mj-text>", FOOTER.replace(gone, "")))
    assert code in codes(newsletter, Level.LAW)


def test_a_foot_that_only_some_people_see_does_not_count(
    newsletter: Message, mei: Member, sender: SenderIdentity
) -> None:
    from ryorin.marketing.mail.actions import set_rule

    key = set_rule(newsletter, name="購入者", condition={"all": []}, by=mei, version=None)
    gated = FOOTER.replace("<mj-section>", f'<mj-section css-class="if-{key}">')
    say(newsletter, mei, mjml=body("<mj-text>本文です</mj-text>", gated))
    assert "unsubscribe_footer" in codes(newsletter, Level.LAW)


def test_a_text_part_by_hand_needs_the_same(newsletter: Message, mei: Member) -> None:
    say(newsletter, mei, text="こんにちは")
    assert {"unsubscribe_text", "name_missing_text", "address_missing_text"} <= codes(newsletter, Level.LAW)


def test_a_sender_without_address_is_no_sender(newsletter: Message, sender: SenderIdentity, kimura: Member) -> None:
    change_sender(sender, by=kimura, version=None, postal_address="", contact="")
    assert {"sender_address", "sender_contact"} <= codes(newsletter, Level.LAW)


def test_a_notice_about_a_dealing_needs_no_way_out(newsletter: Message, mei: Member) -> None:
    say(newsletter, mei, kind=MailKind.TRANSACTION, mjml=body("<mj-text>ご注文を承りました</mj-text>", ""))
    assert codes(newsletter, Level.LAW) == set()


@pytest.mark.parametrize(
    ("change", "code", "level"),
    [
        ({"subject": ""}, "no_subject", Level.FAULT),
        ({"subject": "長い件名" * 12}, "long_subject", Level.ADVICE),
        ({"preheader": ""}, "no_preheader", Level.ADVICE),
        ({"subject": "{{生年月日}}"}, "unknown_field", Level.FAULT),
        ({"subject": "{{姓|お客さま}様"}, "broken_field", Level.FAULT),
        ({"subject": "{{姓}}様"}, "no_default", Level.ADVICE),
        ({"mjml": body("<mj-button>申し込む</mj-button>")}, "dead_button", Level.FAULT),
        ({"mjml": body("<mj-text><a>続き</a></mj-text>")}, "dead_link", Level.FAULT),
        ({"mjml": body("<mj-image />")}, "no_picture", Level.FAULT),
        ({"mjml": body('<mj-image src="/m/x/640.jpg" />')}, "no_alt", Level.ADVICE),
        ({"mjml": body('<mj-text><a href="http://a.example/">A</a></mj-text>')}, "http", Level.ADVICE),
        ({"mjml": body("<mj-text>〇月〇日に開催します</mj-text>")}, "unwritten", Level.ADVICE),
        ({"mjml": body("<mj-text>" + "長" * 40_000 + "</mj-text>")}, "clipped", Level.ADVICE),
    ],
)
def test_every_fault_has_its_finding(
    newsletter: Message, mei: Member, change: dict[str, str], code: str, level: Level
) -> None:
    say(newsletter, mei, **change)
    assert code in codes(newsletter, level)


def test_addresses_that_servers_doubt_are_told(newsletter: Message, sender: SenderIdentity, kimura: Member) -> None:
    assert "no_dkim" in codes(newsletter)
    change_sender(sender, by=kimura, version=None, from_email="sanwa@gmail.com")
    assert "free_mail" in codes(newsletter)


def test_a_mail_with_faults_is_not_sealed(newsletter: Message, mei: Member) -> None:
    say(newsletter, mei, subject="")
    with pytest.raises(NotReady):
        seal(newsletter, by=mei)
    assert not Message.objects.get(pk=newsletter.pk).newest.is_sealed


def test_the_basis_of_everybody_is_counted_and_who_is_left_out_is_named(
    newsletter: Message, ada: Person, mei: Member
) -> None:
    ben = create_person(by=None, family_name="別府", email="ben@acme.example")
    eve = create_person(by=None, family_name="江口", email="eve@acme.example")
    create_person(by=None, family_name="無宛")
    state_consent(eve, medium=Medium.MAIL, allowed=False, basis=Basis.REFUSED, evidence="電話で", by=mei)
    found = queries.audience(newsletter, Person.objects.all())
    assert (found.total, found.allowed, found.left_out) == (4, 1, 3)
    assert [(one.standing.basis, one.people) for one in found.by_basis] == [(Basis.OPT_IN, 1)]
    reasons = {person.name: person.mail_reason for person in queries.left_out(newsletter, Person.objects.all())}
    assert reasons["無宛"] == "no_address" and reasons[ben.name] == "unknown" and "refused" in reasons[eve.name]
    everything = queries.check(newsletter, Person.objects.all())
    assert not [one for one in everything if one.is_blocking]
    assert sum(one.count for one in everything if one.code.startswith("left_out_")) == 3


def test_an_audience_in_which_nobody_may_be_mailed_stops_the_mail(newsletter: Message, ada: Person) -> None:
    create_person(by=None, family_name="別府", email="ben@acme.example")
    nobody = Person.objects.exclude(pk=ada.pk)
    assert "none_allowed" in {one.code for one in queries.check(newsletter, nobody) if one.level is Level.LAW}
    assert "nobody" in {one.code for one in queries.check(newsletter, Person.objects.none())}


def test_a_notice_goes_to_people_without_consent(newsletter: Message, ada: Person, mei: Member) -> None:
    create_person(by=None, family_name="別府", email="ben@acme.example")
    say(newsletter, mei, kind=MailKind.TRANSACTION)
    newsletter.refresh_from_db()
    assert queries.audience(newsletter, Person.objects.all()).allowed == 2


def test_asking_about_everybody_takes_few_queries(
    newsletter: Message, ada: Person, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        queries.audience(newsletter, Person.objects.all())
