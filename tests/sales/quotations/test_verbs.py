"""From the draft to the answer: what each verb does, what it records, what it refuses."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from tests.sales.quotations.conftest import changed, saved

from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.lib import clock
from ryorin.products.catalogue.models import Product
from ryorin.sales.activities.models import Activity
from ryorin.sales.deals.actions import lose_deal
from ryorin.sales.deals.models import Deal, LostReason
from ryorin.sales.documents.models import IssuedDocument
from ryorin.sales.quotations import actions
from ryorin.sales.quotations.actions import Sent
from ryorin.sales.quotations.errors import (
    AlreadyAccepted,
    AlreadySent,
    AnsweredAlready,
    ConsentMissing,
    DealNotOpen,
    DraftStands,
    LineRefused,
    LinkExpired,
    LinkUnknown,
    LinkWithdrawn,
    NameMissing,
    NothingOffered,
    QuestionMissing,
    QuotationExpired,
    ReasonMissing,
    Superseded,
    ValidityPassed,
)
from ryorin.sales.quotations.models import Quotation, QuotationLine, QuotationState, QuotationVersion
from ryorin.sales.quotations.queries import accepted_version, expiring, newest_version, offer_of
from ryorin.sales.quotations.rules import Line, digest_of
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.errors import InUse
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.notifications.models import Notification
from ryorin.workspace.tasks.models import Task


def kinds() -> list[str]:
    return list(InboxTouchpoint.objects.order_by("pk").values_list("kind", flat=True))


def accept(sent: Sent, **more: object) -> QuotationVersion:
    given = {"name": "安達 愛", "agreed": True, "address": "203.0.113.9"} | more
    return actions.accept_quotation(sent.token, **given)  # type: ignore[arg-type]


def test_a_quotation_begins_with_the_deal_s_products_and_its_customer(quoted, deal, camera):
    version = newest_version(quoted)

    assert (quoted.title, quoted.state, quoted.number, quoted.net, quoted.amount) == (
        "検査装置の導入", "draft", "", 1_000_000, 1_100_000,
    )  # fmt: skip
    assert (version.to_company, version.to_person, version.honorific) == ("株式会社アクメ", "安達 愛", "様")
    assert [(line.code, line.quantity, line.amount, line.cost) for line in version.lines.all()] == [
        ("KM-100", Decimal(2), 960_000, 300_000),
        ("", Decimal(1), 40_000, 20_000),
    ]
    assert version.cost == 620_000


def test_sending_gives_a_number_keeps_the_pdf_and_tells_the_timeline(sent, deal):
    version = newest_version(sent.quotation)
    document = IssuedDocument.objects.get(pk=version.document_id)

    assert sent.quotation.state == "sent"
    assert sent.quotation.number.startswith("Q-")
    assert (document.number, document.revision, document.amount) == (sent.quotation.number, 1, 1_100_000)
    assert bytes(document.content.pdf).startswith(b"%PDF")
    assert version.digest == digest_of(offer_of(version))
    assert kinds()[-1] == "quoted"
    assert AuditEntry.objects.filter(action="quotation_sent").count() == 1


def test_sending_may_carry_its_amount_to_the_deal(quoted, deal, sato):
    actions.send_quotation(quoted, by=sato, version=None, how="hand", follow_deal=True)
    deal.refresh_from_db()

    assert deal.amount == 1_000_000


def test_a_new_version_copies_the_last_and_is_sent_under_the_same_number(sent, sato):
    draft = actions.new_version(sent.quotation, by=sato, version=None)
    assert (draft.state, draft.revision, draft.net) == ("draft", 2, 1_000_000)

    again = actions.send_quotation(saved(draft, by=sato, title="検査装置（改）"), by=sato, version=None).quotation
    documents = IssuedDocument.objects.order_by("revision")

    assert [(one.number, one.revision) for one in documents] == [(again.number, 1), (again.number, 2)]
    assert again.title == "検査装置（改）"


def test_a_draft_of_a_second_version_can_be_thrown_away(sent, sato):
    draft = actions.new_version(sent.quotation, by=sato, version=None)
    left = actions.discard_draft(draft, by=sato, version=None)

    assert left is not None
    assert (left.state, left.revision) == ("sent", 1)


def test_a_draft_that_was_never_sent_goes_whole(quoted, sato):
    actions.log_negotiation(quoted, by=sato, request="もう少し安く")

    assert actions.discard_draft(quoted, by=sato, version=None) is None
    assert not Quotation.objects.exists()


def test_the_customer_accepts_and_the_deal_follows(sent, deal, sato):
    version = accept(sent, note="よろしくお願いします")
    deal.refresh_from_db()
    quotation = Quotation.objects.get()

    assert (quotation.state, version.answered_name, version.answered_from) == ("accepted", "安達 愛", "203.0.113.9")
    assert deal.amount == 1_000_000
    assert accepted_version(deal) == version
    assert kinds()[-1] == "quotation_accepted"
    assert Notification.objects.filter(member=sato, kind="quotation_accepted").count() == 1
    assert Task.objects.filter(owner=sato).count() == 1


def test_accepting_throws_a_newer_draft_away(sent, sato):
    actions.new_version(sent.quotation, by=sato, version=None)
    accept(sent)

    assert QuotationVersion.objects.count() == 1
    assert Quotation.objects.get().state == "accepted"


def test_the_customer_declines_with_a_reason(sent):
    version = actions.decline_quotation(sent.token, name="安達", reason="予算が下りませんでした", address=None)

    assert (version.outcome, version.answer_note) == ("declined", "予算が下りませんでした")
    assert Quotation.objects.get().state == "declined"
    assert kinds()[-1] == "quotation_declined"


def test_a_question_becomes_an_activity_a_task_and_a_notice(sent, deal, sato):
    actions.ask_about_quotation(sent.token, name="安達", question="納期は早まりますか")

    activity = Activity.objects.get()
    assert (activity.deal, activity.owner) == (deal, sato)
    assert "納期は早まりますか" in activity.body
    assert Task.objects.get().note == "納期は早まりますか"
    assert Notification.objects.filter(member=sato, kind="quotation_asked").exists()
    assert kinds()[-1] == "quotation_asked"


def test_an_opening_is_told_once(sent):
    actions.note_opening(sent.token)
    actions.note_opening(sent.token)

    assert kinds().count("quotation_opened") == 1
    assert newest_version(sent.quotation).opened_at is not None


def test_accepting_twice_is_told_plainly(sent):
    accept(sent)
    with pytest.raises(AnsweredAlready) as refusal:
        accept(sent)
    assert "受諾" in str(refusal.value)


def test_a_superseded_version_cannot_be_accepted(sent, sato):
    actions.send_quotation(actions.new_version(sent.quotation, by=sato, version=None), by=sato, version=None)
    with pytest.raises(Superseded):
        accept(sent)


def test_an_expired_version_cannot_be_accepted_and_expires_by_itself(sent):
    late = clock.now() + timedelta(days=40)
    with clock.frozen(late):
        with pytest.raises(QuotationExpired):
            accept(sent)
        assert actions.settle_quotations() == 1
        assert actions.settle_quotations() == 0
    assert Quotation.objects.get().state == QuotationState.EXPIRED


def test_an_expired_quotation_goes_on_with_a_new_validity(sent, sato):
    with clock.frozen(clock.now() + timedelta(days=40)):
        actions.settle_quotations()
        draft = actions.new_version(sent.quotation, by=sato, version=None)
        assert draft.valid_until > clock.today()
        assert actions.send_quotation(draft, by=sato, version=None).quotation.state == "sent"


@pytest.mark.parametrize(
    ("given", "refusal"),
    [({"name": " "}, NameMissing), ({"agreed": False}, ConsentMissing)],
)
def test_an_acceptance_needs_a_name_and_consent(sent, given, refusal):
    with pytest.raises(refusal):
        accept(sent, **given)
    assert Quotation.objects.get().state == "sent"


def test_declining_and_asking_need_words(sent):
    with pytest.raises(ReasonMissing):
        actions.decline_quotation(sent.token, name="安達", reason=" ", address=None)
    with pytest.raises(QuestionMissing):
        actions.ask_about_quotation(sent.token, name="安達", question="")


def test_links_end_when_withdrawn_too_old_or_unknown(sent, sato):
    with pytest.raises(LinkUnknown):
        accept(Sent(sent.quotation, "none-such"))
    with clock.frozen(clock.now() + timedelta(days=61)), pytest.raises(LinkExpired):
        accept(sent)
    assert actions.withdraw_links(sent.quotation, by=sato) == 1
    with pytest.raises(LinkWithdrawn):
        accept(sent)
    accept(Sent(sent.quotation, actions.make_link(sent.quotation, by=sato)))


def test_what_was_sent_is_changed_neither_by_verbs_nor_by_the_database(sent, sato):
    with pytest.raises(AlreadySent):
        actions.save_draft(sent.quotation, changed(sent.quotation, title="別の件名"), by=sato, version=None)
    line = QuotationLine.objects.first()
    version = newest_version(sent.quotation)
    for change in (
        lambda: QuotationLine.objects.filter(pk=line.pk).update(amount=1),
        lambda: QuotationVersion.objects.filter(pk=version.pk).update(gross=1),
        lambda: QuotationLine.objects.create(version=version, position=9, description="後から"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_product_in_a_quotation_cannot_be_deleted_and_the_deal_neither(sent, camera, deal, kimura):
    from ryorin.products.catalogue.actions import delete_product
    from ryorin.sales.deals.actions import delete_deal

    with pytest.raises(InUse):
        delete_product(camera, by=kimura)
    with pytest.raises(InUse):
        delete_deal(deal, by=kimura)


def test_a_second_hand_on_the_draft_is_told(quoted, sato):
    version = quoted.version
    actions.save_draft(quoted, changed(quoted, title="一人目"), by=sato, version=version)
    with pytest.raises(StaleRecord):
        actions.save_draft(quoted, changed(quoted, title="二人目"), by=sato, version=version)


def test_a_draft_that_cannot_go_out_is_refused_with_what_to_do(quoted, sato):
    with pytest.raises(LineRefused, match="3行目：品名"):
        saved(quoted, by=sato, lines=(*changed(quoted).lines, Line(unit_price=100)))
    with pytest.raises(NothingOffered):
        actions.send_quotation(saved(quoted, by=sato, lines=()), by=sato, version=None)
    past = saved(
        quoted, by=sato, lines=(Line(description="品", unit_price=1),), valid_until=clock.today() - timedelta(days=1)
    )
    with pytest.raises(ValidityPassed):
        actions.send_quotation(past, by=sato, version=None)
    assert not IssuedDocument.objects.exists()


def test_a_new_version_needs_the_last_one_sent_and_none_accepted(quoted, sato):
    with pytest.raises(DraftStands):
        actions.new_version(quoted, by=sato, version=None)
    accept(actions.send_quotation(quoted, by=sato, version=None))
    with pytest.raises(AlreadyAccepted):
        actions.new_version(quoted, by=sato, version=None)


def test_a_closed_deal_is_not_quoted(deal: Deal, sato: Member):
    lose_deal(deal, by=sato, reason=LostReason.objects.first())
    with pytest.raises(DealNotOpen):
        actions.draft_quotation(deal, by=sato)


def test_marketers_do_not_quote(deal, mei, quoted):
    for verb in (
        lambda: actions.draft_quotation(deal, by=mei),
        lambda: actions.send_quotation(quoted, by=mei, version=None),
        lambda: actions.log_negotiation(quoted, by=mei, request="安く"),
    ):
        with pytest.raises(NotAllowed):
            verb()


def test_the_log_of_bargaining_says_who_asked_what_and_what_was_answered_why(sent, sato):
    entry = actions.log_negotiation(
        sent.quotation, by=sato, request="90万円にしてほしい", asked_name="安達様", wished_amount=900_000
    )
    draft = actions.new_version(sent.quotation, by=sato, version=None)
    answered = actions.answer_negotiation(
        entry,
        by=sato,
        version=1,
        answer="partly",
        answer_text="95万円まで",
        reason="2台同時のため",
        led_to=newest_version(draft),
    )

    assert (answered.about.revision, answered.led_to.revision, answered.answer) == (1, 2, "partly")
    said = json.loads(AuditEntry.objects.filter(action="negotiation_answered").get().changes)
    assert said["reason"] == ["", "2台同時のため"]
    with pytest.raises(StaleRecord):
        actions.answer_negotiation(entry, by=sato, version=1, answer="refused", reason="別")


def test_what_expires_soon_is_found_for_its_owner(sent, sato, kimura):
    with clock.frozen(clock.now() + timedelta(days=26)):
        assert [one.pk for one in expiring(sato)] == [sent.quotation.pk]
        assert not expiring(kimura)
    assert not expiring(sato)


def test_a_line_keeps_what_a_product_said_when_it_changes_later(quoted: Quotation, camera: Product):
    Product.objects.filter(pk=camera.pk).update(name="新しい名前", price=1, is_active=False)

    assert offer_of(newest_version(quoted)).lines[0].description == "画像検査カメラ"


def test_the_end_of_a_validity_is_told_once_and_again_for_a_new_one(sent, sato):
    with clock.frozen(clock.now() + timedelta(days=29)):
        actions.settle_quotations()
        actions.settle_quotations()
        assert Task.objects.filter(title__startswith="有効期限が近い見積", owner=sato).count() == 1
