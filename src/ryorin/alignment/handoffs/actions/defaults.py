"""What both wheels and the axle need before anybody has set them up."""

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.alignment.definitions.actions import prepare_defaults as prepare_definition
from ryorin.alignment.definitions.models import ReadyDefinition
from ryorin.alignment.handoffs.actions.routing import create_routing_rule
from ryorin.alignment.handoffs.models import HowToRoute, RoutingRule, SendBackReason
from ryorin.alignment.handoffs.rules import first_reasons
from ryorin.alignment.scoring.actions import prepare_defaults as prepare_score_rules
from ryorin.sales.deals.queries import default_pipeline


@transaction.atomic
def prepare_defaults() -> None:
    """This function will make the first pipeline, definition, score rules, reasons and routing rule, once."""
    if ReadyDefinition.objects.exists():
        return
    default_pipeline()
    prepare_definition()
    prepare_score_rules()
    if not SendBackReason.objects.exists():
        SendBackReason.objects.bulk_create(
            [SendBackReason(name=name, position=position) for position, name in enumerate(first_reasons())]
        )
    if not RoutingRule.objects.exists():
        create_routing_rule(name=_("会社の担当者へ"), how=HowToRoute.COMPANY_OWNER, condition={}, hours=3, by=None)
