"""Every address of the product with an example of what it is about, taken from the small world."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.world import LAST_MONDAY, World

from ryorin.alignment.definitions.models import ReadyDefinition
from ryorin.alignment.handoffs.models import RoutingRule, SendBackReason
from ryorin.alignment.scoring.models import ScoreRule
from ryorin.connectors.csv.actions import start_import
from ryorin.connectors.csv.models import ImportRun, ImportState
from ryorin.customers.companies.models import Company
from ryorin.customers.voice.actions import note_need
from ryorin.customers.voice.models import Need
from ryorin.lib import clock
from ryorin.lib.ids import new_id
from ryorin.marketing.campaigns.actions import add_link
from ryorin.marketing.campaigns.models import TrackedLink
from ryorin.marketing.pages.actions import answer_form, create_form, publish_form
from ryorin.marketing.pages.models import Form, FormAnswer
from ryorin.products.catalogue.actions import add_category
from ryorin.products.catalogue.models import Category
from ryorin.products.prices.actions import create_book
from ryorin.products.prices.models import PriceBook
from ryorin.sales.aftercare.actions import create_plan, start_by_hand, start_using
from ryorin.sales.aftercare.models import FollowUp, FollowUpPlan, QuietCustomer
from ryorin.sales.approach.actions import add_chosen, create_list
from ryorin.sales.approach.models import ApproachList, Outcome
from ryorin.sales.billing.actions import issue_bill, record_payment
from ryorin.sales.billing.models import Bill, Payment
from ryorin.sales.calendar.actions import make_feed, plan_appointment
from ryorin.sales.calendar.models import Appointment
from ryorin.sales.contracts.actions import draft_contract, send_contract
from ryorin.sales.contracts.actions import make_link as make_signing_link
from ryorin.sales.contracts.models import Contract
from ryorin.sales.contracts.queries import templates as contract_templates
from ryorin.sales.contracts.rules.money import Line as ContractLine
from ryorin.sales.deals.models import LostReason, Pipeline, Stage
from ryorin.sales.documents.models import IssuedDocument
from ryorin.sales.hearing.actions import first_sheets, start_hearing
from ryorin.sales.hearing.models import Hearing
from ryorin.sales.proposals.actions import prepare_templates, start_proposal
from ryorin.sales.proposals.models import Proposal
from ryorin.sales.quotations.actions import (
    draft_quotation,
    log_negotiation,
    make_link,
    new_version,
    send_quotation,
)
from ryorin.sales.quotations.models import Negotiation, Quotation
from ryorin.sales.quotations.rules import Line
from ryorin.sales.sequences.actions import create_sequence, start_sequence
from ryorin.sales.sequences.actions.engine import make_due_steps
from ryorin.sales.sequences.models import Run
from ryorin.sales.sequences.rules import Draft
from ryorin.workspace.approvals.actions import add_proxy
from ryorin.workspace.approvals.actions import create_route as create_approval_route
from ryorin.workspace.approvals.models import Approval, Who
from ryorin.workspace.approvals.models import Route as ApprovalRoute
from ryorin.workspace.approvals.rules import Stage as ApprovalStep
from ryorin.workspace.files.models import File
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


@dataclass(frozen=True)
class Route:
    name: str
    pattern: str
    parameters: tuple[str, ...]


def routes() -> list[Route]:
    """Return every route of the URL resolver, by name."""
    return sorted(_walk(get_resolver()), key=lambda route: route.name)


def _walk(resolver: URLResolver, before: str = "") -> Iterator[Route]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _walk(one, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield Route(one.name or "", before + str(one.pattern), tuple(one.pattern.converters))


# What a route is about, where its name alone does not say: route name (or its beginning) -> what stands in the address.
EXAMPLES: dict[str, Callable[[World], dict[str, Any]]] = {
    "person": lambda world: {"pk": world.ada.pk},
    "handoff_offer": lambda world: {"pk": world.ada.pk},
    "approach_new": lambda world: {"about": "person"},
    "approach_preview": lambda world: {"about": "person"},
    "approach_outcome": lambda world: {"pk": approached(world)["outcome"]},
    **{
        f"approach_{name}": lambda world: {"pk": approached(world)["pk"]}
        for name in ("list", "edit", "state", "fill", "next", "visits", "letters", "labels", "addresses", "posted")
    },
    **{
        f"approach_{name}": lambda world: {"pk": approached(world)["pk"], "target": approached(world)["target"]}
        for name in ("put", "take", "call", "skip", "hours", "visit")
    },
    "company": lambda world: {"pk": world.acme.pk},
    "order": lambda world: {"pk": world.order.pk},
    "product": lambda world: {"pk": world.product.pk},
    "proposal": lambda world: {"pk": proposal_of(world).pk},
    "proposal_new": lambda world: {"pk": world.deal.pk},
    "proposal_refill": lambda world: {"pk": proposal_of(world).pk, "place": 0},
    "proposal_pdf": lambda world: {"pk": proposal_of(world).pk, "revision": 1},
    "proposal_template": lambda world: {"pk": prepare_templates()[0].pk},
    "category": lambda world: {"pk": add_category(by=world.mei, name=f"検査機器{Category.objects.count()}").pk},
    "price": lambda world: {"pk": price_book_of(world).pk},
    "settings_image": lambda world: {"place": logo_of(world)},
    "campaign": lambda world: {"pk": world.campaign.pk},
    "campaign_link_qr": lambda world: {"pk": link_of(world).pk, "kind": "svg"},
    "aftercare_step": lambda world: {"pk": followed_in(world).steps.all()[0].pk},
    "aftercare_run": lambda world: {"pk": followed_in(world).pk},
    "aftercare_stop": lambda world: {"pk": followed_in(world).pk},
    "aftercare_panel": lambda world: {"kind": "person", "pk": world.ada.pk},
    "aftercare_start": lambda world: {"kind": "person", "pk": world.ada.pk},
    "satisfaction_new": lambda world: {"kind": "person", "pk": world.ada.pk},
    "aftercare_call": lambda world: {"pk": quiet_in(world).pk},
    "aftercare_plan": lambda world: {"pk": plan_of(world).pk},
    "aftercare_plan_step": lambda world: {"pk": plan_of(world).steps.all()[0].pk},
    "aftercare_plan_step_new": lambda world: {"pk": plan_of(world).pk},
    "forecast_commit": lambda world: {"pk": world.sato.pk},
    "forecast_quota": lambda world: {"kind": "member", "pk": world.sato.pk},
    "forecast_meaning": lambda world: {"yomi": "a"},
    "form": lambda world: {"pk": form_of(world).pk},
    "form_qr": lambda world: {"pk": form_of(world).pk, "kind": "svg"},
    "form_public": lambda world: {"slug": form_of(world).slug},
    "form_answer": lambda world: {"slug": form_of(world).slug},
    "form_answers": lambda world: {"pk": form_of(world).pk},
    "form_answer_accept": lambda world: {"pk": doubted_in(world).pk},
    "link": lambda world: {"code": link_of(world).code},
    "deal": lambda world: {"pk": world.deal.pk},
    "deal_case": lambda world: {"pk": world.deal.pk, "name": "problem"},
    "hearing": lambda world: {"pk": hearing_of(world).pk},
    "hearing_sheet": lambda world: {"pk": hearing_of(world).sheet_id},
    "need": lambda world: {"pk": need_of(world).pk},
    "contract": lambda world: {"pk": contract_of(world).pk},
    "contract_pdf": lambda world: {"pk": contract_of(world).pk, "revision": 1},
    "contract_template": lambda world: {"pk": contract_templates()[0].pk},
    "contract_template_use": lambda world: {"pk": contract_of(world).pk},
    "deal_contract": lambda world: {"pk": world.deal.pk},
    "sign": lambda world: {"token": signing_token(world)},
    "document_pdf": lambda world: {"pk": IssuedDocument.objects.filter(deal=quotation_of(world).deal)[0].pk},
    "bill": lambda world: {"pk": invoice_of(world).pk},
    "bill_issue": lambda world: {"pk": world.order.pk, "kind": "delivery_note"},
    "payment_remove": lambda world: {"pk": Payment.objects.filter(bill=invoice_of(world))[0].pk},
    "quotation": lambda world: {"pk": quotation_of(world).pk},
    "quotation_new": lambda world: {"pk": world.deal.pk},
    "quotation_pdf": lambda world: {"pk": quotation_of(world).pk, "revision": 1},
    "negotiation": lambda world: {"pk": negotiation_of(world).pk},
    "negotiation_new": lambda world: {"pk": quotation_of(world).pk},
    "negotiations_export": lambda world: {"pk": world.deal.pk},
    "offer": lambda world: {"token": make_link(quotation_of(world), by=world.sato)},
    "deal_cards": lambda world: {"pk": world.deal.stage_id},
    "deal_field": lambda world: {"pk": world.deal.pk, "name": "name"},
    "deal_person_remove": lambda world: {"pk": world.deal.pk, "person": world.ada.pk},
    "activity": lambda world: {"pk": world.activity.pk},
    "appointment": lambda world: {"pk": appointment_of(world).pk},
    "sequence": lambda world: {"pk": run_of(world).sequence_id},
    "sequence_run": lambda world: {"pk": run_of(world).pk},
    "sequence_step": lambda world: {"pk": run_of(world).steps.get().pk},
    "calendar_feed_file": lambda world: {"secret": make_feed(world.sato, by=world.sato)},
    "approval": lambda world: {"pk": approval_of(world).pk},
    "approval_route": lambda world: {"pk": approval_route_of(world).pk},
    "petition": lambda world: {"pk": approval_of(world).subject_id},
    "petition_file": lambda world: {"pk": approval_of(world).subject_id, "file": File.objects.latest("pk").pk},
    "proxy_end": lambda world: {"pk": add_proxy(world.sato, by=world.sato, stand_in=world.mei).pk},
    "task": lambda world: {"pk": world.task.pk},
    "handoff": lambda world: {"pk": world.handoff.pk},
    "score_rule": lambda world: {"pk": ScoreRule.objects.order_by("pk")[0].pk},
    "routing_rule": lambda world: {"pk": RoutingRule.objects.order_by("pk")[0].pk},
    "send_back_reason": lambda world: {"pk": SendBackReason.objects.order_by("pk")[0].pk},
    "definition": lambda world: {"pk": ReadyDefinition.objects.order_by("pk")[0].pk},
    "pipeline": lambda world: {"pk": Pipeline.objects.order_by("pk")[0].pk},
    "stage": lambda world: {"pk": Stage.objects.order_by("pk")[0].pk},
    "stage_new": lambda world: {"pk": world.deal.pipeline_id},
    "reason": lambda world: {"pk": LostReason.objects.order_by("pk")[0].pk},
    "member": lambda world: {"pk": world.mei.pk},
    "team": lambda world: {"pk": world.tokyo.pk},
    "import": lambda world: {"pk": imported_by(world).pk},
    "notification": lambda world: {"pk": told_to(world).pk},
    "design_progress": lambda world: {"percent": 40},
    "undo_deletion": lambda world: {"entries": "1"},
    "pick": lambda world: {"kind": "company"},
    "export": lambda world: {"plural": "people"},
    "goal_target": lambda world: {"name": "leads"},
    "metric": lambda world: {"name": "leads"},
    "metric_rows": lambda world: {"name": "leads"},
}

# What must stand in the query string for a route to have an answer at all.
ASKED: dict[str, Callable[[World], dict[str, Any]]] = {
    "hearing_sheet_row": lambda world: {"preset": "text"},
    "deal_find_product": lambda world: {"q": "KM"},
    "deal_line": lambda world: {"id": world.product.pk},
    "quotation_price": lambda world: {"id": world.product.pk},
    "forecast_deals": lambda world: {"what": "open", "from": "2026-11-01", "to": "2026-11-30"},
    "product_parts_line": lambda world: {"id": world.product.pk},
    "price_line": lambda world: {"id": world.product.pk},
}

# What a POST says where nothing at all would not be understood.
POSTED: dict[str, Callable[[World], dict[str, Any]]] = {
    "contract_template_use": lambda world: {"template": contract_templates()[0].pk},
    "bill_month": lambda world: {"company": world.acme.pk, "closing": "2026-11-30"},
    "deal_move": lambda world: {"stage": world.deal.stage_id, "version": 1},
    "deal_reopen": lambda world: {"version": 1},
    "approval_send_back": lambda world: {"comment": "相見積もりを付けてください"},
    "approval_deny": lambda world: {"comment": "予算がありません"},
    "approval_routes_try": lambda world: {"kind": "petition"},
    "forecast_commit": lambda world: {"amount": "1000", "after": 0},
    "aftercare_start": lambda world: {"plan": plan_of(world).pk},
    "aftercare_step_move": lambda world: {"due_on": "2026-12-01", "version": 1},
    "aftercare_step_skip": lambda world: {"version": 1},
    "aftercare_stop": lambda world: {"version": 1},
    "satisfaction_new": lambda world: {"score": "4"},
    "forecast_quota": lambda world: {"month": "2026-11-01", "value": "30"},
    "forecast_meaning": lambda world: {"probability": 90, "meaning": "内示あり", "version": 0},
    "next_action_plan": lambda world: {"about": "person", "id": world.ada.pk},
    "sequence_run_change": lambda world: {"what": "pause", "version": run_of(world).version},
    "appointment_move": lambda world: {"start": "2026-11-30T10:00", "version": 1},
    "settings": lambda world: {"name": "両輪"},
    "goal_target": lambda world: {"month": "2026-11-01", "value": "30"},
}


def sent(route: Route, method: str, world: World) -> dict[str, Any]:
    """Return what a GET asks for and a POST says."""
    makers = ASKED if method == "get" else POSTED
    return makers[route.name](world) if route.name in makers else {}


def address(route: Route, world: World) -> str:
    """Return the route's address for its example in the world."""
    if not route.parameters:
        return reverse(route.name)
    for name in sorted(EXAMPLES, key=len, reverse=True):
        if route.name.startswith(name):
            return reverse(route.name, kwargs=EXAMPLES[name](world))
    raise LookupError(f"tests/web/routes.py names no example for {route.name} ({route.pattern})")


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
