"""Importing a file: choose it, say which column is what, try it, watch it, correct what was refused."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from ryorin.conditions.fields import Label
from ryorin.connectors.csv.actions import cancel_import, choose_mapping, resume_import, start_import
from ryorin.connectors.csv.kinds import KINDS
from ryorin.connectors.csv.models import ImportRun, ImportState
from ryorin.connectors.csv.queries import pace_of, rejects_as_csv, runs_of
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.web.answers import member_of, moved_on
from ryorin.web.connectors.mapping import MappingForm
from ryorin.web.connectors.uploads import keep, refuse_too_large
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may, require

LISTED = 50
REJECTS_SHOWN = 20
UNDER_WAY = (ImportState.WAITING, ImportState.RUNNING)


@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    require(member, "records.import")
    context: dict[str, Any] = {"runs": [described(run) for run in runs_of(member)[:LISTED]], "kinds": kinds_for(member)}
    return render(request, "connectors/imports.html", context | {"chosen": request.GET.get("records", "")})


@require_POST
@csrf_exempt
def import_new(request: HttpRequest) -> HttpResponse:
    """Look at the size first: only then the form, and with it the file, is read."""
    require(member_of(request), "records.import")
    refuse_too_large(request)
    return take_file(request)


@csrf_protect
def take_file(request: HttpRequest) -> HttpResponse:
    """Keep the file and go to the page on which its columns are named."""
    member, kind, file = member_of(request), request.POST.get("records", ""), request.FILES.get("file")
    problem = ""
    if kind not in KINDS or not may(member, KINDS[kind].verb):
        problem = _("何を取り込むか選んでください。")
    elif file is None:
        problem = _("ファイルを選んでください。")
    elif not file.size:
        problem = _("ファイルが空です。")
    if problem or file is None:
        context: dict[str, Any] = {"problem": problem, "runs": [described(run) for run in runs_of(member)[:LISTED]]}
        context |= {"kinds": kinds_for(member), "chosen": kind}
        return render(request, "connectors/imports.html", context, status=422)
    run = start_import(kind, keep(file), by=member, file_name=file.name or "", state=ImportState.UPLOADED)
    return redirect("import_run", run.pk)


@require_GET
def import_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the columns to be named, the progress, or what became of it; `?part=progress` only what changes."""
    run = run_for(request, pk)
    if request.GET.get("part") == "progress":
        if run.state not in UNDER_WAY:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "connectors/run.html#progress", progress_of(run))
    if run.state == ImportState.UPLOADED or "edit" in request.GET:
        return mapping_page(request, run, MappingForm(run, request.GET, member=member_of(request)))
    return run_page(request, run)


@require_POST
def import_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the columns as named and try the file, or import it; `same` takes them as they were tried."""
    run, member = run_for(request, pk), member_of(request)
    is_trial = request.POST.get("go") != "import"
    if "same" in request.POST:
        choose_mapping(run, run.mapping, dry_run=is_trial, by=member)
        return redirect("import_run", pk)
    form = MappingForm(run, request.POST, member=member)
    try:
        choose_mapping(run, form.mapping(), dry_run=is_trial, by=member)
    except Refusal as refusal:
        return mapping_page(request, run, form, problem=str(refusal))
    return redirect("import_run", pk)


@require_POST
def import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    run = run_for(request, pk)
    cancel_import(run, by=member_of(request))
    return moved_on(request, _("取り込みを中止しました。"), to=reverse("import_run", args=[pk]))


@require_POST
def import_resume(request: HttpRequest, pk: int) -> HttpResponse:
    resume_import(run_for(request, pk), by=member_of(request))
    return redirect("import_run", pk)


@require_GET
def import_rejects(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Return the refused lines as a file in the encoding of the original."""
    run = run_for(request, pk)
    answer = StreamingHttpResponse(rejects_as_csv(run), content_type="text/csv")
    to_correct = _("要修正")
    name = iri_to_uri(f"{run.file_name.rsplit('.', 1)[0]}-{to_correct}.csv").replace('"', "")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer


def run_for(request: HttpRequest, pk: int) -> ImportRun:
    """Return the run, if the member may look at it."""
    require(member_of(request), "records.import")
    return get_object_or_404(runs_of(member_of(request)), pk=pk)


def mapping_page(request: HttpRequest, run: ImportRun, form: MappingForm, *, problem: str = "") -> HttpResponse:
    """Return the page on which columns are named; a file that cannot be read says why there."""
    try:
        form.look()
    except Refusal as refusal:
        problem = problem or str(refusal)
    context = {"run": run, "form": form, "problem": problem, "label": label_of(run)}
    return render(request, "connectors/mapping.html", context, status=422 if problem else 200)


def run_page(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """Return the page of an import under way or over."""
    counts = [
        (_("読み込んだ行"), run.rows, ""),
        (_("新規登録"), run.created, "sow"),
        (_("更新"), run.updated, "axle"),
        (_("変更なし"), run.unchanged, ""),
        (_("取り込めなかった行"), run.rejected, "bad" if run.rejected else ""),
    ]
    context = {
        "run": run,
        "label": label_of(run),
        "counts": counts,
        "rejects": run.rejects.all()[:REJECTS_SHOWN],
        "more_rejects": max(0, run.rejected - REJECTS_SHOWN),
        "is_under_way": run.state in UNDER_WAY,
        "may_resume": run.state in (ImportState.CANCELLED, ImportState.FAILED) and bool(run.mapping),
        "list_url": list_url(run.record_type),
    }
    return render(request, "connectors/run.html", context | progress_of(run))


def progress_of(run: ImportRun) -> dict[str, Any]:
    """Return what the progress bar shows."""
    pace = pace_of(run, now=clock.now())
    parts = [_("%(count)s行") % {"count": f"{run.rows:,}"}] if run.rows else []
    if pace.rows_per_second:
        parts.append(_("毎秒%(count)s行") % {"count": f"{pace.rows_per_second:,}"})
    if pace.seconds_left is not None:
        parts.append(time_left(pace.seconds_left))
    going = _("%(label)sを確かめています") if run.dry_run else _("%(label)sを取り込んでいます")
    label = _("順番を待っています") if run.state == ImportState.WAITING else going % {"label": label_of(run)}
    return {
        "percent": pace.percent,
        "remaining": " ・ ".join(parts),
        "progress_label": label,
        "poll_url": f"{reverse('import_run', args=[run.pk])}?part=progress",
        "cancel_url": reverse("import_cancel", args=[run.pk]),
    }


def time_left(seconds: int) -> str:
    if seconds < 60:
        return _("残り約%(count)s秒") % {"count": max(1, seconds)}
    return _("残り約%(count)s分") % {"count": round(seconds / 60)}


def described(run: ImportRun) -> dict[str, Any]:
    chips = {
        ImportState.DONE: "sow",
        ImportState.FAILED: "bad",
        ImportState.RUNNING: "axle",
        ImportState.WAITING: "axle",
    }
    return {"run": run, "label": label_of(run), "chip": chips.get(ImportState(run.state), "")}


def label_of(run: ImportRun) -> Label:
    return KINDS[run.record_type].record_type.label


def kinds_for(member: Member) -> list[tuple[str, Label]]:
    """Return the record types the member may import."""
    return [(name, kind.record_type.label) for name, kind in KINDS.items() if may(member, kind.verb)]


def list_url(plural: str) -> str:
    """Return the page that lists what was imported."""
    names = {"deals": "deal_list", "costs": "campaigns", "touchpoints": "people", "prices": "price_books"}
    return reverse(names.get(plural, plural))
