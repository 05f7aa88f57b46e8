"""Deleting a campaign nothing has come of, and putting it back."""

from django.db import transaction
from django.db.models.deletion import CASCADE
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ryorin.customers.people.models import Person
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.insight.lake.queries import sql
from ryorin.marketing.campaigns.errors import CampaignInUse
from ryorin.marketing.campaigns.models import Campaign
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.actions import delete, restore
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.search import actions as search

SHOWN = 3
NAMES: dict[str, str | Promise] = {
    "campaigncost": lazy("費用"),
    "form": lazy("フォーム"),
    "experiment": lazy("A/Bテスト"),
    "message": lazy("メール"),
    "mailing": lazy("配信"),
    "figure": lazy("広告の実績"),
}
HISTORY = {
    "touchpoints": "campaign_id",
    "orders": "campaign_id",
    "deals": "source_campaign_id",
    "handoffs": "campaign_id",
}


@transaction.atomic
def delete_campaign(campaign: Campaign, *, by: Member | None) -> AuditEntry:
    """This function will delete a campaign that nothing refers to; the entry it returns can be undone."""
    require(by, "campaigns.change")
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if reasons := uses_of(campaign):
        raise CampaignInUse(name=campaign.name, why=_("、").join(reasons[:SHOWN]))
    search.forget("campaign", [campaign.pk])
    return delete(campaign, record_type="campaign", by=by)


@transaction.atomic
def restore_campaign(entry: AuditEntry, *, by: Member | None) -> Campaign:
    """This function will put back a deleted campaign."""
    require(by, "campaigns.change")
    found = restore(entry, by=by)
    assert isinstance(found, Campaign)
    search.index("campaign", [(found.pk, f"{found.name} {found.code}")])
    return found


def uses_of(campaign: Campaign) -> list[str]:
    """Return what refers to the campaign, in words; empty when nothing does."""
    reasons = []
    if people := Person.objects.filter(source_campaign_id=campaign.pk).count():
        reasons.append(_("この施策から来た顧客%(count)s人") % {"count": f"{people:,}"})
    for relation in campaign._meta.related_objects:
        field = relation.field
        kept_alive = relation.on_delete is not CASCADE or field.model._meta.model_name == "campaigncost"
        if not kept_alive:
            continue
        if count := field.model._base_manager.filter(**{field.name: campaign.pk}).count():
            name = NAMES.get(str(field.model._meta.model_name), _("ほかの記録"))
            reasons.append(_("%(name)s%(count)s件") % {"name": name, "count": f"{count:,}"})
    if not reasons and has_history(campaign):
        reasons.append(_("訪問や商談の記録"))
    return reasons


def has_history(campaign: Campaign) -> bool:
    """Return whether anything that happened names the campaign, in history or on its way there."""
    if InboxTouchpoint.objects.filter(campaign_id=campaign.pk).exists():
        return True
    for table, column in HISTORY.items():
        query = f"SELECT 1 FROM {{{table}}} WHERE {column} = {int(campaign.pk)} LIMIT 1"
        if sql(query, table).fetchall():
            return True
    return False
