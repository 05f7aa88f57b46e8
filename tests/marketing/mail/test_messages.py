"""Messages and their versions, rules, senders and templates."""

import pytest

from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.lib import vault
from ryorin.marketing.mail import queries
from ryorin.marketing.mail.actions import (
    archive_message,
    change_message,
    change_sender,
    create_message,
    create_sender,
    duplicate_message,
    keep_as_template,
    make_default,
    make_dkim_key,
    remove_rule,
    restore_message,
    return_to,
    seal,
    set_rule,
    switch_sender,
)
from ryorin.marketing.mail.errors import (
    BodyUnreadable,
    MessageArchived,
    RuleInUse,
    RuleUnreadable,
    SenderFaulty,
    SenderIsDefault,
    TemplateNameTaken,
)
from ryorin.marketing.mail.models import Message, SenderIdentity
from ryorin.marketing.mail.rules import Values, mjml, personalise
from ryorin.marketing.mail.rules.pieces import pieces_of, with_pieces
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.models import Member

ORIGIN = "https://crm.sanwa.example"


IN_TOKYO = {"field": "prefecture", "op": "is", "value": "13"}


def test_a_version_nobody_got_is_changed_in_place(newsletter: Message, mei: Member) -> None:
    changed = change_message(newsletter, by=mei, version=1, subject="新しい件名")
    assert (changed.version, changed.versions.count(), changed.newest.subject) == (2, 1, "新しい件名")
    assert AuditEntry.objects.filter(action="mail_message_changed", record_id=newsletter.pk).exists()


def test_a_sealed_version_stays_and_a_change_makes_a_new_one(newsletter: Message, mei: Member) -> None:
    first = seal(newsletter, by=mei)
    assert seal(newsletter).pk == first.pk
    change_message(newsletter, by=mei, version=None, subject="第2版")
    first.refresh_from_db()
    assert first.subject == "{{姓|お客さま}}様へ" and newsletter.newest.number == 2
    return_to(newsletter, 1, by=mei, version=None)
    assert (newsletter.newest.number, newsletter.newest.subject) == (2, first.subject)


def test_the_second_of_two_who_edit_is_told(newsletter: Message, mei: Member, kimura: Member) -> None:
    change_message(newsletter, by=mei, version=1, subject="芽衣")
    with pytest.raises(StaleRecord):
        change_message(newsletter, by=kimura, version=1, subject="薫")


def test_who_does_not_market_may_not_write(newsletter: Message, sato: Member) -> None:
    for attempt in (
        lambda: change_message(newsletter, by=sato, version=None, subject="x"),
        lambda: duplicate_message(newsletter, name="x", by=sato),
        lambda: set_rule(newsletter, name="x", condition={"all": []}, by=sato, version=None),
        lambda: create_sender(by=sato, name="x", from_name="x", from_email="x@example.com"),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_a_body_that_is_none_is_refused(mei: Member) -> None:
    for text in ("", "plain", "<p>x</p>", "<mjml></mjml>"):
        with pytest.raises(BodyUnreadable):
            create_message(name="x", by=mei, mjml=text)


def test_what_is_kept_holds_no_script_and_no_foreign_code(newsletter: Message, mei: Member) -> None:
    evil = (
        "<mjml><mj-head><mj-style>*{display:none}</mj-style></mj-head><mj-body><mj-raw><script>1</script></mj-raw>"
        '<mj-section background-url="javascript:1" css-class="a&quot;><script>"><mj-column onclick="x">'
        '<mj-text color="red;background:url(https://x)">a<img src=x onerror=alert(1)><svg onload=alert(1)></svg>'
        '<a href="java\tscript:alert(1)">x</a><p style="background:url(//evil)">y</p></mj-text>'
        '<mj-image src="data:image/svg+xml,<svg/onload=1>" alt="&quot; onload=&quot;1" />'
        "</mj-column></mj-section></mj-body></mjml>"
    )
    change_message(newsletter, by=mei, version=None, mjml=evil)
    kept = newsletter.newest.mjml.lower()
    for word in ("script", "onclick", "onerror", "<svg", "url(", "mj-raw", "mj-style", "data:"):
        assert word not in kept, word
    compiled = queries.compiled(newsletter.newest, origin=ORIGIN)
    html = personalise(compiled, Values()).html.decode()
    assert "<script" not in html and 'onload="1' not in html


def test_an_archived_message_is_not_changed_until_it_is_back(newsletter: Message, mei: Member) -> None:
    archive_message(newsletter, by=mei)
    with pytest.raises(MessageArchived):
        change_message(newsletter, by=mei, version=None, subject="x")
    restore_message(newsletter, by=mei)
    assert change_message(newsletter, by=mei, version=None, subject="x").newest.subject == "x"


def test_a_copy_has_its_rules_too(newsletter: Message, mei: Member) -> None:
    key = set_rule(newsletter, name="東京の方", condition=IN_TOKYO, by=mei, version=None)
    copy = duplicate_message(newsletter, name="写し", by=mei)
    assert copy.newest.rules[key]["name"] == "東京の方" and copy.newest.mjml == newsletter.newest.mjml


def test_rules_are_asked_of_everybody_at_once(
    newsletter: Message, ada: Person, mei: Member, django_assert_max_num_queries: object
) -> None:
    ben = create_person(by=None, family_name="別府", prefecture="27", email="ben@acme.example")
    key = set_rule(newsletter, name="東京の方", condition=IN_TOKYO, by=mei, version=None)
    body = newsletter.newest.mjml.replace(
        "</mj-body>",
        f'<mj-section css-class="if-{key}"><mj-column><mj-text>体験会は丸の内で</mj-text></mj-column></mj-section>'
        "</mj-body>",
    )
    change_message(newsletter, by=mei, version=None, mjml=body)
    edition = newsletter.newest
    compiled = queries.compiled(edition, origin=ORIGIN)
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        found = queries.fillings(compiled, edition, [ada.pk, ben.pk])
    mails = {pk: personalise(compiled, Values(fields=one.fields, rules=one.rules)) for pk, one in found.items()}
    assert "体験会".encode() in mails[ada.pk].html and "体験会".encode() not in mails[ben.pk].html
    assert mails[ada.pk].subject == "安達様へ" and "安達 亜耶 様" in mails[ada.pk].text.decode()
    assert "アクメ株式会社" in mails[ada.pk].text.decode()


def test_a_rule_in_use_stays_and_an_unreadable_one_is_refused(newsletter: Message, mei: Member) -> None:
    key = set_rule(newsletter, name="{{東京}}の方", condition={"all": []}, by=mei, version=None)
    assert newsletter.newest.rules[key]["name"] == "東京 の方"
    body = newsletter.newest.mjml.replace("<mj-section", f'<mj-section title="x" css-class="unless-{key}"', 1)
    change_message(newsletter, by=mei, version=None, mjml=body.replace(' css-class="paper"', "", 1))
    with pytest.raises(RuleInUse):
        remove_rule(newsletter, key, by=mei, version=None)
    with pytest.raises(RuleUnreadable):
        set_rule(newsletter, name="x", condition={"field": "no_such", "op": "is", "value": "1"}, by=mei, version=None)


def test_words_are_filled_in_without_the_editor_and_formats_stay(newsletter: Message) -> None:
    body = mjml.read(newsletter.newest.mjml)
    pieces = pieces_of(body)
    same = {piece.number: {"text": piece.text, "href": piece.href} for piece in pieces if piece.kind == "text"}
    assert mjml.write(with_pieces(mjml.read(newsletter.newest.mjml), same)) == mjml.write(body)
    new = {pieces[0].number: {"text": "**太字** と [リンク](https://a.example/?x=1&y=2) <b>"}}
    changed = mjml.write(with_pieces(body, new))
    assert '<strong>太字</strong> と <a href="https://a.example/?x=1&amp;y=2">リンク</a> &lt;b&gt;' in changed


def test_a_key_is_made_locked_and_lost_with_its_name(sender: SenderIdentity, kimura: Member) -> None:
    made = make_dkim_key(sender, by=kimura, version=None)
    assert made.has_key and made.dkim_public.startswith("v=DKIM1;") and "PRIVATE" not in made.dkim_locked
    from django.conf import settings

    assert "PRIVATE KEY" in vault.unlock(made.dkim_locked, key=settings.SECRET_KEY)
    assert not change_sender(made, by=kimura, version=None, dkim_selector="neu").has_key


def test_senders_are_checked_and_one_is_the_default(sender: SenderIdentity, kimura: Member) -> None:
    assert sender.is_default
    with pytest.raises(SenderFaulty):
        create_sender(by=kimura, name="x", from_name="x", from_email="kein-at")
    with pytest.raises(SenderIsDefault):
        switch_sender(sender, is_active=False, by=kimura)
    other = create_sender(by=kimura, name="営業部", from_name="営業部", from_email="sales@sanwa.example")
    make_default(other, by=kimura)
    assert list(SenderIdentity.objects.filter(is_default=True)) == [other]


def test_a_template_has_one_name(newsletter: Message, mei: Member) -> None:
    kept = keep_as_template(newsletter, name="自社の型", by=mei)
    assert kept.mjml == newsletter.newest.mjml
    with pytest.raises(TemplateNameTaken):
        keep_as_template(newsletter, name="自社の型", by=mei)
