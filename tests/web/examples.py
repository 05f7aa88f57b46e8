"""The records that addresses are about, made in the small world where it does not hold them yet."""

from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from tests.world import LAST_MONDAY, World

from ryorin.connectors.csv.actions import start_import
from ryorin.connectors.csv.models import ImportRun, ImportState
from ryorin.customers.companies.models import Company
from ryorin.customers.voice.actions import note_need
from ryorin.customers.voice.models import Need
from ryorin.lib import clock
from ryorin.lib.ids import new_id
from ryorin.marketing.campaigns.actions import add_link
from ryorin.marketing.campaigns.models import TrackedLink
from ryorin.marketing.mail.actions import create_message, create_sender, keep_as_template
from ryorin.marketing.mail.models import MailTemplate, Message, SenderIdentity
from ryorin.marketing.mail.rules.samples import BY_KEY as MAIL_SAMPLES
from ryorin.marketing.mail.rules.samples import Palette
from ryorin.marketing.pages.actions import answer_form, create_form, publish_form
from ryorin.marketing.pages.models import Form, FormAnswer
from ryorin.products.prices.actions import create_book
from ryorin.products.prices.models import PriceBook
from ryorin.sales.aftercare.actions import create_plan, start_by_hand, start_using
from ryorin.sales.aftercare.models import FollowUp, FollowUpPlan, QuietCustomer
from ryorin.sales.approach.actions import add_chosen, create_list
from ryorin.sales.approach.models import ApproachList, Outcome
from ryorin.sales.billing.actions import issue_bill, record_payment
from ryorin.sales.billing.models import Bill
from ryorin.sales.calendar.actions import plan_appointment
from ryorin.sales.calendar.models import Appointment
from ryorin.sales.contracts.actions import draft_contract, send_contract
from ryorin.sales.contracts.actions import make_link as make_signing_link
from ryorin.sales.contracts.models import Contract
from ryorin.sales.contracts.rules.money import Line as ContractLine
from ryorin.sales.hearing.actions import first_sheets, start_hearing
from ryorin.sales.hearing.models import Hearing
from ryorin.sales.proposals.actions import prepare_templates, start_proposal
from ryorin.sales.proposals.models import Proposal
from ryorin.sales.quotations.actions import (
    draft_quotation,
    log_negotiation,
    new_version,
    send_quotation,
)
from ryorin.sales.quotations.models import Negotiation, Quotation
from ryorin.sales.quotations.rules import Line
from ryorin.sales.sequences.actions import create_sequence, start_sequence
from ryorin.sales.sequences.actions.engine import make_due_steps
from ryorin.sales.sequences.models import Run
from ryorin.sales.sequences.rules import Draft
from ryorin.workspace.approvals.actions import create_route as create_approval_route
from ryorin.workspace.approvals.models import Approval, Who
from ryorin.workspace.approvals.models import Route as ApprovalRoute
from ryorin.workspace.approvals.rules import Stage as ApprovalStep
from ryorin.workspace.notifications.actions import notify
from ryorin.workspace.notifications.models import Notification
from ryorin.workspace.organisation.actions import set_image
from ryorin.workspace.organisation.models import Organisation
from ryorin.workspace.petitions.actions import ask_for_approval, create_petition

# One white dot, as PNG.
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63f80f00010101"
    "00b138f6140000000049454e44ae426082"
)


def quotation_of(world: World) -> Quotation:
    """Return a quotation of Sato's to Acme: one version sent, the next one a draft."""
    found = Quotation.objects.first()
    if found is None:
        draft = draft_quotation(world.deal, by=world.sato, lines=[Line(description="検査装置", unit_price=3_800_000)])
        found = new_version(send_quotation(draft, by=world.sato, version=None).quotation, by=world.sato, version=None)
    return found


def contract_of(world: World) -> Contract:
    """Return a draft of a contract for Sato's deal."""
    found = Contract.objects.filter(state="draft").first()
    line = ContractLine(description="検査装置", amount=3_800_000, unit_price=3_800_000)
    return found or draft_contract(by=world.sato, deal=world.deal, lines=[line], delivery="1月", delivery_place="大阪")


def signing_token(world: World) -> str:
    """Return the token of a link by which Ada can sign."""
    with_addresses(world)
    line = ContractLine(description="検査装置", amount=100_000, unit_price=100_000)
    terms = {"delivery": "1月", "delivery_place": "大阪", "payment_terms": "月末締め翌月末払い"}
    contract = draft_contract(by=world.sato, company=world.acme, person=world.ada, lines=[line], **terms)
    send_contract(contract, by=world.sato, version=None)
    return make_signing_link(contract, by=world.sato).token


def invoice_of(world: World) -> Bill:
    """Return an invoice of Sato's to Acme, of which one yen was paid."""
    found = Bill.objects.first()
    if found is None:
        with_addresses(world)
        found = issue_bill("invoice", [world.order], by=world.sato)
        record_payment(found, on=found.issued_on, amount=1, by=world.sato, version=None)
    return found


def with_addresses(world: World) -> None:
    """This function will give both companies what contracts and invoices ask of them."""
    ours = {"address": "千代田区丸の内1-1-1", "registration_number": "T7000012050002", "bank_account": "みずほ銀行"}
    Organisation.objects.update(prefecture="13", **ours)
    Company.objects.filter(pk=world.acme.pk).update(prefecture="27", city="大阪市北区", street="梅田1-2-3")
    world.acme.refresh_from_db()


def negotiation_of(world: World) -> Negotiation:
    """Return what Ada asked of the quotation."""
    return Negotiation.objects.first() or log_negotiation(quotation_of(world), by=world.sato, request="5%引き")


def proposal_of(world: World) -> Proposal:
    """Return a draft of a proposal for Sato's deal."""
    found = Proposal.objects.filter(number="").first()
    return found or start_proposal(world.deal, by=world.sato, template=prepare_templates()[0])


def price_book_of(world: World) -> PriceBook:
    """Return a price book of the world."""
    return PriceBook.objects.first() or create_book(by=world.tamura, name="代理店 2026", valid_from=date(2026, 4, 1))


def logo_of(world: World) -> str:
    """Return the place of the logo, which the company then has."""
    if Organisation.objects.get().logo is None:
        set_image("logo", content=DOT, name="logo.png", by=world.kimura, version=None)
    return "logo"


def approached(world: World) -> dict[str, int]:
    """Return a list of Sato's with Ada on it, and an outcome of calls."""
    row = ApproachList.objects.first()
    if row is None:
        row = create_list(by=world.sato, name="展示会のフォロー", condition={"all": []})
        add_chosen(row, [world.ada.pk], by=world.sato)
    outcome = Outcome.objects.order_by("pk")[0].pk
    return {"pk": row.pk, "target": row.targets.get(person=world.ada).pk, "outcome": outcome}


def imported_by(world: World) -> ImportRun:
    """Return an import that Sato has begun, of one person."""
    found = ImportRun.objects.first()
    if found is None:
        file = Path(settings.MEDIA_ROOT) / "people.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("姓,名\n山田,太郎\n", encoding="utf-8")
        found = start_import("people", file, by=world.sato, state=ImportState.UPLOADED)
    return found


def approval_route_of(world: World) -> ApprovalRoute:
    """Return the route of petitions, by which a leader approves."""
    leaders = ApprovalStep(who=Who.MEMBERS, member_ids=(world.tamura.pk, world.kimura.pk))
    found = ApprovalRoute.objects.first()
    return found or create_approval_route("petition", name="標準", stages=[leaders], by=world.kimura)


def approval_of(world: World) -> Approval:
    """Return Sato's request about a petition with a file attached, which waits for a leader."""
    found = Approval.objects.filter(kind="petition").first()
    if found is None:
        approval_route_of(world)
        note = ("見積.txt", "検査カメラ 1台".encode())
        petition = create_petition(by=world.sato, title="検査カメラ", category="purchase", attachments=[note])
        found = ask_for_approval(petition, by=world.sato)
    assert found is not None
    return found


def hearing_of(world: World) -> Hearing:
    """Return a hearing Sato holds with Ada about the deal."""
    return start_hearing(first_sheets()[0], by=world.sato, deal=world.deal)


def need_of(world: World) -> Need:
    return note_need("検査に時間がかかる", kind="problem", by=world.sato, person=world.ada)


def link_of(world: World) -> TrackedLink:
    """Return a link of the campaign."""
    found = world.campaign.links.first()
    return found or add_link(world.campaign, label="展示会のちらし", target="https://acme.example/", by=world.mei)


def form_of(world: World) -> Form:
    """Return a published form."""
    found = Form.objects.first()
    if found is None:
        questions = [{"name": "mail", "label": "メールアドレス", "type": "email", "maps_to": "email", "required": True}]
        found = create_form(by=world.mei, name="資料請求", slug="catalogue", title="資料請求", fields=questions)
        found = publish_form(found, by=world.mei)
    return found


def doubted_in(world: World) -> FormAnswer:
    """Return an answer that is kept apart as spam."""
    found = FormAnswer.objects.first()
    return found or answer_form(form_of(world), {"mail": "who@acme.example"}, uid=new_id(), spam="trap")


def run_of(world: World) -> Run:
    """Return Ada's way through a sequence of Sato's, whose first step is open."""
    found = Run.objects.first()
    if found is None:
        with clock.frozen(LAST_MONDAY):  # a working hour
            steps = [Draft(kind="call", title="電話する")]
            sequence = create_sequence(name="展示会フォロー", steps=steps, by=world.sato)
            found = start_sequence(sequence, [world.ada], by=world.sato).runs[0]
            make_due_steps()
    return Run.objects.get(pk=found.pk)


def appointment_of(world: World) -> Appointment:
    """Return a visit of Sato's at Acme."""
    start = LAST_MONDAY + timedelta(days=14)
    found = Appointment.objects.first()
    return found or plan_appointment(
        "visited", by=world.sato, deal=world.deal, starts_at=start, ends_at=start + timedelta(hours=1)
    )


def plan_of(world: World) -> FollowUpPlan:
    """Return a plan of what is done after a sale, in use."""
    found = FollowUpPlan.objects.first()
    return found or start_using(create_plan(name="導入後フォロー", by=world.tamura), by=world.tamura)


def followed_in(world: World) -> FollowUp:
    """Return the plan as it runs for Ada, in Sato's hands."""
    found = FollowUp.objects.first() or start_by_hand(plan_of(world), by=world.sato, person=world.ada)
    assert found is not None
    return found


def quiet_in(world: World) -> QuietCustomer:
    """Return Acme, gone quiet."""
    day = world.order.ordered_at.date()
    values = {"company": world.acme, "owner": world.sato, "orders": 3, "last_on": day, "quiet_since": day}
    values |= {"usual_days": 30, "long_days": 40, "value": 100, "seen_on": day}
    return QuietCustomer.objects.get_or_create(key=f"company:{world.acme.pk}", defaults=values)[0]


def told_to(world: World) -> Notification:
    """Return a notification of Sato's."""
    if not Notification.objects.filter(member=world.sato).exists():
        notify([world.sato], kind="test", text="知らせ", url="/tasks")
    return Notification.objects.filter(member=world.sato).order_by("pk")[0]


def mail_sender_of(world: World) -> SenderIdentity:
    """Return who mails are sent as."""
    found = SenderIdentity.objects.order_by("pk").first()
    return found or create_sender(
        by=world.tamura,
        name="両輪工業",
        from_name="両輪工業",
        from_email="info@ryorin.example",
        legal_name="両輪工業株式会社",
        postal_address="東京都千代田区丸の内1-1",
        contact="03-1234-5678",
        dkim_domain="ryorin.example",
        dkim_selector="r1",
    )


def mail_message_of(world: World) -> Message:
    """Return a message."""
    found = Message.objects.order_by("pk").first()
    mjml = MAIL_SAMPLES["seminar"].mjml(Palette(name="両輪工業"))
    sender = mail_sender_of(world)
    return found or create_message(name="セミナー案内", subject="ご案内", mjml=mjml, sender=sender, by=world.mei)


def mail_template_of(world: World) -> MailTemplate:
    """Return a template of the company."""
    found = MailTemplate.objects.order_by("pk").first()
    return found or keep_as_template(mail_message_of(world), name="自社の案内", by=world.mei)
