"""Deleting with a way back: the message after it puts the record back whole."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ryorin.customers.companies.actions import restore_company
from ryorin.customers.people.actions import restore_person
from ryorin.customers.voice.actions import restore_need
from ryorin.marketing.campaigns.actions import restore_campaign
from ryorin.marketing.experiments.actions import restore_experiment
from ryorin.marketing.media.actions import restore_creative, restore_flight
from ryorin.marketing.pages.actions import restore_form
from ryorin.marketing.sites.actions import restore_page
from ryorin.products.catalogue.actions import restore_product
from ryorin.sales.activities.actions import restore_activity
from ryorin.sales.deals.actions.changing import restore_deal
from ryorin.sales.hearing.actions import restore_hearing
from ryorin.sales.proposals.actions import restore_proposal
from ryorin.web.answers import is_fragment, member_of
from ryorin.web.lists.changes import undo_address
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.errors import CannotRestore

RESTORING: dict[str, Callable[..., Any]] = {
    "activity": restore_activity,
    "need": restore_need,
    "hearing": restore_hearing,
    "proposal": restore_proposal,
    "deal": restore_deal,
    "person": restore_person,
    "company": restore_company,
    "product": restore_product,
    "campaign": restore_campaign,
    "form": restore_form,
    "experiment": restore_experiment,
    "flight": restore_flight,
    "creative": restore_creative,
    "landing_page": restore_page,
}
MOST = 500


@require_POST
@transaction.atomic
def undo_deletion(request: HttpRequest, entries: str) -> HttpResponse:
    """Put back the records these audit entries tell of; the verbs decide whether the member may."""
    numbers = [int(part) for part in entries.split("-") if part.isdigit() and len(part) < 19][:MOST]
    restored = 0
    for number in numbers:
        entry = get_object_or_404(AuditEntry, pk=number, action__endswith="_deleted")
        restore = RESTORING.get(entry.record_type)
        if restore is None:
            raise CannotRestore()
        restore(entry, by=member_of(request))
        restored += 1
    text = ngettext("%(count)s件を元に戻しました。", "%(count)s件を元に戻しました。", restored)
    answer = HttpResponse(status=204)
    answer["HX-Trigger"] = json.dumps({"toast": {"text": text % {"count": restored}}, "list-changed": {}})
    return answer


def deleted(request: HttpRequest, name: str, entry: AuditEntry, back: str) -> HttpResponse:
    """Return to the list, where a message offers the way back."""
    return deleted_from(request, name, entry, reverse(back))


def deleted_from(request: HttpRequest, name: str, entry: AuditEntry, to: str) -> HttpResponse:
    """Return to this address, where a message offers the way back."""
    text = _("「%(name)s」を削除しました。") % {"name": name}
    messages.success(request, text, extra_tags=f"undo:{undo_address([entry.pk])}")
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return HttpResponseRedirect(to)
