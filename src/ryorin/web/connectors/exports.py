"""Handing out a list as a file: the rows the member sees, under the condition the list stands under."""

from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from ryorin.conditions.fields import RecordType
from ryorin.connectors.csv.exporting import Export
from ryorin.customers.companies.fields import COMPANY
from ryorin.customers.companies.models import Company
from ryorin.customers.people.fields import PERSON
from ryorin.customers.people.models import Person
from ryorin.customers.purchases.fields import ORDER
from ryorin.customers.purchases.models import Order
from ryorin.customers.voice.fields import NEED
from ryorin.customers.voice.models import Need
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.lib.tables import csv_chunks, write_xlsx
from ryorin.marketing.campaigns.fields import CAMPAIGN, COST
from ryorin.marketing.campaigns.models import Campaign, CampaignCost
from ryorin.products.catalogue.fields import PRODUCT
from ryorin.products.catalogue.models import Product
from ryorin.sales.activities.fields import ACTIVITY
from ryorin.sales.activities.models import Activity
from ryorin.sales.billing.fields import BILL
from ryorin.sales.billing.models import Bill
from ryorin.sales.contracts.fields import CONTRACT
from ryorin.sales.contracts.models import Contract
from ryorin.sales.deals.fields import DEAL
from ryorin.sales.deals.models import Deal
from ryorin.sales.hearing.fields import ANSWER, HEARING
from ryorin.sales.hearing.models import Answer, Hearing
from ryorin.sales.quotations.fields import QUOTATION
from ryorin.sales.quotations.models import Quotation
from ryorin.web.answers import member_of
from ryorin.web.lists.listing import Listing, named_by
from ryorin.web.lists.page import filtered
from ryorin.web.lists.state import State, state_of
from ryorin.workspace.audit.actions import record
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

ENCODINGS = ("utf-8-sig", "cp932")
MOST_ROWS_OF_A_SHEET = (1 << 20) - 1


class TooManyForASheet(Refusal):
    message = gettext_lazy("Excelのシートには%(most)s行までしか入りません。CSVで書き出すか、条件で絞り込んでください。")


@dataclass(frozen=True)
class Handed:
    """What can be handed out under one name."""

    record_type: RecordType
    model: type[Any]
    listing: Listing

    def rows_for(self, member: Member) -> QuerySet[Any]:
        if self.model is CampaignCost:
            return CampaignCost.objects.filter(campaign__in=Campaign.objects.visible_to(member))
        rows: QuerySet[Any] = self.model.objects.visible_to(member)
        return rows


def handed(record_type: RecordType, model: type[Any], *, search: str = "", asks_touchpoints: bool = False) -> Handed:
    """Return what is needed to read the address of a list the way the list itself does."""
    listing = Listing(
        title=record_type.label,
        url=record_type.plural,
        lead=named_by("pk", record_type.label),
        search=search,
        asks_touchpoints=asks_touchpoints,
    )
    return Handed(record_type, model, listing)


HANDED = {
    one.record_type.plural: one
    for one in (
        handed(PERSON, Person, search="person", asks_touchpoints=True),
        handed(COMPANY, Company, search="company"),
        handed(DEAL, Deal, search="deal"),
        handed(QUOTATION, Quotation, search="quotation"),
        handed(CONTRACT, Contract),
        handed(BILL, Bill),
        handed(ORDER, Order),
        handed(ACTIVITY, Activity),
        handed(NEED, Need),
        handed(HEARING, Hearing),
        handed(ANSWER, Answer),
        handed(CAMPAIGN, Campaign, search="campaign"),
        handed(COST, CampaignCost),
        handed(PRODUCT, Product, search="product"),
    )
}


@require_GET
def export(request: HttpRequest, plural: str) -> HttpResponseBase:
    """Return the list as a file when a format is named, else ask for one."""
    member = member_of(request)
    require(member, "records.export")
    if plural not in HANDED:
        raise Http404
    one = HANDED[plural]
    state = state_of(request, record_type=one.record_type, member=member, listing=one.listing)
    if state.problem:
        raise Refusal(state.problem)
    rows = filtered(one.rows_for(member), state, listing=one.listing)
    count = rows.order_by().count()
    form = request.GET.get("format", "")
    if form not in ("csv", "xlsx"):
        return asking(request, one, state, count)
    if form == "xlsx" and count > MOST_ROWS_OF_A_SHEET:
        raise TooManyForASheet(most=f"{MOST_ROWS_OF_A_SHEET:,}")
    record(
        "records_exported", one.record_type.name, by=member, format=form, rows=count, condition=request.GET.get("f", "")
    )
    table = Export(one.record_type, rows, role=member.role)
    name = f"{one.record_type.label}_{timezone.localtime(clock.now()):%Y%m%d}"
    return as_sheet(table, name) if form == "xlsx" else as_csv(table, name, encoding=request.GET.get("encoding", ""))


def asking(request: HttpRequest, one: Handed, state: State, count: int) -> HttpResponse:
    """Return the page that asks in which format."""
    context = {
        "record_type": one.record_type,
        "count": count,
        "sentence": state.said,
        "text": state.text,
        "f": request.GET.get("f", ""),
        "is_too_long": count > MOST_ROWS_OF_A_SHEET,
        "has_lines": one.record_type.name == "order",
    }
    return render(request, "connectors/export.html", context)


def as_csv(table: Export, name: str, *, encoding: str) -> StreamingHttpResponse:
    encoding = encoding if encoding in ENCODINGS else "utf-8-sig"
    chunks = csv_chunks(table.headers(), table.cells(), encoding=encoding)
    return named(StreamingHttpResponse(chunks, content_type="text/csv"), f"{name}.csv")


def as_sheet(table: Export, name: str) -> StreamingHttpResponse:
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - the answer closes it
    write_xlsx(file, table.headers(), table.cells())
    file.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return named(FileResponse(file, content_type=kind), f"{name}.xlsx")


def named(answer: StreamingHttpResponse, name: str) -> StreamingHttpResponse:
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{iri_to_uri(name)}"
    answer["Cache-Control"] = "no-store"
    return answer
