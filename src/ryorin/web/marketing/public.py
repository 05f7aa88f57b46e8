"""The form as everybody sees it: quick, without scripts, on a phone first; and taking what they answer."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.core import signing
from django.core.cache import cache
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from ryorin.lib import clock
from ryorin.lib.ids import new_id
from ryorin.marketing.campaigns.rules import UTM_NAMES
from ryorin.marketing.pages.actions import answer_form
from ryorin.marketing.pages.errors import AnswerInvalid, FormNotOpen
from ryorin.marketing.pages.models import Form, FormState
from ryorin.marketing.pages.rules import FieldType, FormField, looks_like_spam, read_fields
from ryorin.web.collect.reading import VISITOR
from ryorin.web.marketing.public_files import download_token

SALT = "ryorin.form"
TRAP = "website_url"
MANY, TOO_MANY, HOUR = 60, 600, 3600
MOST_KEPT = 200
AUTOCOMPLETE = {
    "full_name": "name",
    "family_name": "family-name",
    "given_name": "given-name",
    "email": "email",
    "phone": "tel",
    "mobile": "tel",
    "company_name": "organization",
    "job_title": "organization-title",
    "postal_code": "postal-code",
    "prefecture": "address-level1",
    "city": "address-level2",
    "street": "address-line1",
    "building": "address-line2",
}
INPUT_TYPES = {FieldType.EMAIL: "email", FieldType.PHONE: "tel", FieldType.DATE: "date"}
LONGEST_TYPED = 4_100
_kept: OrderedDict[str, Form] = OrderedDict()  # forms shown by this process, to show again while the database is away


@dataclass(frozen=True)
class Shown:
    """What the page carries along, signed: which answer it will be, when it was shown, and where people came from."""

    uid: UUID
    at: datetime | None
    utm: dict[str, str] = field(default_factory=dict)
    referrer: str = ""
    place: dict[str, int] = field(default_factory=dict)
    version: int = 0
    visitor: str = ""


@dataclass(frozen=True)
class Question:
    """One question as the page shows it."""

    field: FormField
    typed: list[str]
    fault: str = ""

    @property
    def value(self) -> str:
        return self.typed[0] if self.typed else ""

    @property
    def input_type(self) -> str:
        return INPUT_TYPES.get(self.field.type, "text")

    @property
    def input_mode(self) -> str:
        return "decimal" if self.field.type is FieldType.NUMBER else ""

    @property
    def autocomplete(self) -> str:
        return AUTOCOMPLETE.get(self.field.maps_to, "")


@never_cache
@require_safe
def form_public(request: HttpRequest, slug: str) -> HttpResponse:
    form = open_form(slug)
    return page(request, form, questions_of(form), token_of(form, shown_now(request, form)))


def shown_now(request: HttpRequest, form: Form, *, place: dict[str, int] | None = None, visitor: str = "") -> Shown:
    """Return what a page carries along that is shown now."""
    utm = {name: request.GET[name][:100].replace("\x00", "") for name in UTM_NAMES if request.GET.get(name)}
    referrer = request.headers.get("Referer", "")[:500]
    return Shown(new_id(), clock.now(), utm, referrer, place or {}, form.version, visitor)


def embedded(request: HttpRequest, form: Form | None, *, place: dict[str, int], visitor: str) -> str:
    """Return a form as it stands within a page; one that takes no answers says so."""
    if form is None:
        return render_to_string("marketing/public_closed.html")
    token = token_of(form, shown_now(request, form, place=place, visitor=visitor))
    context = {"form": form, "questions": questions_of(form), "token": token, "trap": TRAP}
    return render_to_string("marketing/public_form.html", context)


@never_cache
@csrf_exempt  # whoever answers has no session; the signed token says that the page was shown
@require_POST
def form_answer(request: HttpRequest, slug: str) -> HttpResponse:
    form: Form | None = None
    try:
        form = open_form(slug)
        return taken(request, form)
    except (OperationalError, InterfaceError):
        form = form or _kept.get(slug)
        if form is None:
            raise
        answer = page(request, form, questions_of(form, typed_in(request, form)), token_in(request), is_down=True)
        answer.status_code = 503
        answer["Retry-After"] = "10"
        return answer


def taken(request: HttpRequest, form: Form) -> HttpResponse:
    """Return the thanks for an answer; the page again, with what was typed, when it cannot be taken."""
    tries = tries_from(request)
    if tries > TOO_MANY:
        return HttpResponse(status=429, headers={"Retry-After": str(HOUR)})
    typed, shown = typed_in(request, form), read_token(form, token_in(request))
    trap = request.POST.get(TRAP, "")
    spam = looks_like_spam(values=typed, trap=trap, shown_at=shown.at, now=clock.now())
    visitor = request.POST.get("visitor", "") or shown.visitor
    try:
        kept = answer_form(
            form,
            typed,
            uid=shown.uid,
            visitor=visitor if VISITOR.fullmatch(visitor) else "",
            utm=shown.utm,
            referrer=shown.referrer,
            spam=spam or ("too_many" if tries > MANY else ""),
            place=shown.place,
            version=shown.version,
        )
    except AnswerInvalid as refusal:
        questions = questions_of(form, typed, faults=refusal.faults)
        return page(request, form, questions, token_in(request) or token_of(form, shown), status=422)
    context = {"form": form, "download": download_token(kept) if form.download_id and not kept.is_spam else ""}
    return framed(render(request, "marketing/thanks.html", context))


def open_form(slug: str) -> Form:
    """Return the published form at this address; one that is over says so, a draft is not there yet."""
    form = Form.objects.select_related("campaign", "owner").filter(slug=slug).first()
    if form is None or form.state == FormState.DRAFT:
        raise Http404
    if form.state == FormState.CLOSED:
        raise FormNotOpen()
    _kept[slug] = form
    while len(_kept) > MOST_KEPT:
        _kept.popitem(last=False)
    return form


def questions_of(
    form: Form, typed: Mapping[str, list[str]] | None = None, *, faults: Mapping[str, str] | None = None
) -> list[Question]:
    """Return the form's questions with what was typed and what is wrong with it."""
    typed, faults = typed or {}, faults or {}
    return [
        Question(one, typed.get(one.name, [one.value] if one.value else []), faults.get(one.name, ""))
        for one in read_fields(form.fields)
    ]


def typed_in(request: HttpRequest, form: Form) -> dict[str, list[str]]:
    """Return what was typed, by question; what belongs to no question is left out."""
    names = [entry["name"] for entry in form.fields]
    return {
        name: [plain(text[:LONGEST_TYPED]) for text in request.POST.getlist(f"a-{name}")[:200]]
        for name in names
        if f"a-{name}" in request.POST
    }


def plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def token_of(form: Form, shown: Shown) -> str:
    """Return what the page carries along, signed."""
    at = shown.at.timestamp() if shown.at else 0
    content = {
        "form": form.pk,
        "uid": str(shown.uid),
        "at": at,
        "utm": shown.utm,
        "from": shown.referrer,
        "place": shown.place,
        "version": shown.version,
        "visitor": shown.visitor,
    }
    return signing.dumps(content, salt=SALT, compress=True)


def token_in(request: HttpRequest) -> str:
    return request.POST.get("token", "")[:8_000]


def read_token(form: Form, token: str) -> Shown:
    """Return what the page carried along; something without a time when it was not made here for this form."""
    try:
        content = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return Shown(new_id(), None)
    if content["form"] != form.pk or not content["at"]:
        return Shown(new_id(), None)
    at = datetime.fromtimestamp(content["at"], UTC)
    more = (content.get("place", {}), content.get("version", 0), content.get("visitor", ""))
    return Shown(UUID(content["uid"]), at, content["utm"], content["from"], *more)


def tries_from(request: HttpRequest) -> int:
    """Return how many answers came from this address within the hour; the address itself is not kept."""
    address = get_adapter().get_client_ip(request)
    key = f"form-tries:{hashlib.sha256(f'{SALT}:{address}'.encode()).hexdigest()[:32]}"
    if cache.add(key, 1, HOUR):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:
        return 1


def page(
    request: HttpRequest,
    form: Form,
    questions: list[Question],
    token: str,
    *,
    status: int = 200,
    is_down: bool = False,
) -> HttpResponse:
    context = {
        "form": form,
        "questions": questions,
        "faults": [one for one in questions if one.fault],
        "token": token,
        "trap": TRAP,
        "is_down": is_down,
    }
    return framed(render(request, "marketing/public.html", context, status=status))


def framed(answer: HttpResponse) -> HttpResponse:
    """Return the answer, which pages elsewhere may show in a frame."""
    answer.may_be_framed = True  # type: ignore[attr-defined]
    return answer
