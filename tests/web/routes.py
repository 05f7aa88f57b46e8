"""Every address of the product with an example of what it is about, taken from the small world."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.web.agreement_examples import AGREEMENT_POSTED, agreement_of
from tests.web.examples import (
    appointment_of,
    approached,
    approval_of,
    approval_route_of,
    contract_of,
    doubted_in,
    followed_in,
    form_of,
    hearing_of,
    imported_by,
    invoice_of,
    link_of,
    logo_of,
    mail_message_of,
    mail_sender_of,
    mail_template_of,
    need_of,
    negotiation_of,
    plan_of,
    price_book_of,
    proposal_of,
    quiet_in,
    quotation_of,
    run_of,
    signing_token,
    told_to,
)
from tests.web.feedback_examples import FEEDBACK_EXAMPLES
from tests.web.goal_examples import GOAL_EXAMPLES, GOAL_POSTED
from tests.web.journey_examples import JOURNEY_EXAMPLES, JOURNEY_POSTED
from tests.web.learning_examples import score_version_of
from tests.web.mailing_examples import mail_token, mailing_of, recipient_of, report_secret, tested_mailing, variant_of
from tests.web.media_examples import MEDIA_EXAMPLES, MEDIA_POSTED
from tests.web.meeting_examples import MEETING_EXAMPLES
from tests.web.plan_examples import lead_in_history, quarter_plan_of
from tests.web.privacy_examples import PRIVACY_EXAMPLES, PRIVACY_POSTED
from tests.web.segment_examples import SEGMENT_EXAMPLES, SEGMENT_POSTED, segment_of
from tests.web.site_examples import SITE_EXAMPLES
from tests.world import World

from ryorin.alignment.definitions.models import ReadyDefinition
from ryorin.alignment.handoffs.models import RoutingRule, SendBackReason
from ryorin.alignment.scoring.models import ScoreRule
from ryorin.products.catalogue.actions import add_category
from ryorin.products.catalogue.models import Category
from ryorin.sales.billing.models import Payment
from ryorin.sales.calendar.actions import make_feed
from ryorin.sales.contracts.queries import templates as contract_templates
from ryorin.sales.deals.models import LostReason, Pipeline, Stage
from ryorin.sales.documents.models import IssuedDocument
from ryorin.sales.proposals.actions import prepare_templates
from ryorin.sales.quotations.actions import (
    make_link,
)
from ryorin.workspace.approvals.actions import add_proxy
from ryorin.workspace.files.models import File


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
    **SITE_EXAMPLES,
    **PRIVACY_EXAMPLES,
    **MEDIA_EXAMPLES,
    **MEETING_EXAMPLES,
    **JOURNEY_EXAMPLES,
    **SEGMENT_EXAMPLES,
    **GOAL_EXAMPLES,
    **FEEDBACK_EXAMPLES,
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
    "mailing": lambda world: {"pk": mailing_of(world).pk},
    "mailing_winner": lambda world: {"pk": tested_mailing(world).pk},
    "mailing_decide": lambda world: {"pk": recipient_of(world).pk},
    "mail_unsubscribe": lambda world: {"token": mail_token(world, "u")},
    "mail_preferences": lambda world: {"token": mail_token(world, "p")},
    "mail_in_browser": lambda world: {"token": mail_token(world, "v")},
    "mail_open": lambda world: {"token": mail_token(world, "o")},
    "mail_click": lambda world: {"token": mail_token(world, "c")},
    "mail_report": lambda world: {"secret": report_secret(world)},
    "form": lambda world: {"pk": form_of(world).pk},
    "form_qr": lambda world: {"pk": form_of(world).pk, "kind": "svg"},
    "form_public": lambda world: {"slug": form_of(world).slug},
    "form_answer": lambda world: {"slug": form_of(world).slug},
    "form_answers": lambda world: {"pk": form_of(world).pk},
    "form_answer_accept": lambda world: {"pk": doubted_in(world).pk},
    "link": lambda world: {"code": link_of(world).code},
    "mail": lambda world: {"pk": mail_message_of(world).pk},
    "mail_sender": lambda world: {"pk": mail_sender_of(world).pk},
    "mail_template": lambda world: {"pk": mail_template_of(world).pk},
    "mail_template_keep": lambda world: {"pk": mail_message_of(world).pk},
    "mail_sample_frame": lambda world: {"key": "seminar"},
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
    "petition_file": lambda world: {"pk": approval_of(world).subject_id, "file": File.objects.get(name="見積.txt").pk},
    "proxy_end": lambda world: {"pk": add_proxy(world.sato, by=world.sato, stand_in=world.mei).pk},
    "task": lambda world: {"pk": world.task.pk},
    "handoff": lambda world: {"pk": world.handoff.pk},
    "learning_use": lambda world: {"pk": score_version_of().pk},
    "score_rule": lambda world: {"pk": ScoreRule.objects.order_by("pk")[0].pk},
    "routing_rule": lambda world: {"pk": RoutingRule.objects.order_by("pk")[0].pk},
    "send_back_reason": lambda world: {"pk": SendBackReason.objects.order_by("pk")[0].pk},
    "agreement": lambda world: {"pk": agreement_of(world).pk},
    "promise": lambda world: {"pk": agreement_of(world).promises.all()[0].pk},
    "capacity": lambda world: {"pk": world.sato.pk},
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
    "attribution_path": lambda world: {"kind": "lead", "pk": lead_in_history(world).pk},
    "plan": lambda world: {"pk": quarter_plan_of(world).pk},
    "metric": lambda world: {"name": "leads"},
    "metric_rows": lambda world: {"name": "leads"},
}

# What must stand in the query string for a route to have an answer at all.
ASKED: dict[str, Callable[[World], dict[str, Any]]] = {
    "analysis_cohort": lambda world: {"month": "2026-11"},
    "analysis_pair": lambda world: {"first": world.product.pk, "then": world.product.pk},
    "hearing_sheet_row": lambda world: {"preset": "text"},
    "mail_left_out": lambda world: {"segment": segment_of(world).pk},
    "deal_find_product": lambda world: {"q": "KM"},
    "deal_line": lambda world: {"id": world.product.pk},
    "quotation_price": lambda world: {"id": world.product.pk},
    "forecast_deals": lambda world: {"what": "open", "from": "2026-11-01", "to": "2026-11-30"},
    "product_parts_line": lambda world: {"id": world.product.pk},
    "price_line": lambda world: {"id": world.product.pk},
}

# What a POST says where nothing at all would not be understood.
POSTED: dict[str, Callable[[World], dict[str, Any]]] = {
    "mailing_winner": lambda world: {"variant": variant_of(world).pk},
    "mail_preferences": lambda world: {"wish": "pause"},
    **PRIVACY_POSTED,
    **MEDIA_POSTED,
    **JOURNEY_POSTED,
    **SEGMENT_POSTED,
    "meeting_decision_new": lambda world: {"text": "料金表を直す", "owner": world.mei.pk, "due_on": "2099-12-01"},
    **GOAL_POSTED,
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
    **AGREEMENT_POSTED,
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
