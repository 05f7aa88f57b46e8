"""Making a landing page, writing its draft, keeping versions and going back to one."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Model
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.lib.cleaning import clean_page
from ryorin.marketing.experiments.actions import Draft, create_experiment, start
from ryorin.marketing.experiments.models import Experiment, ExperimentState, Subject, Variant
from ryorin.marketing.sites.errors import NotReadyToPublish, PageInvalid, SiteInvalid, StillShown
from ryorin.marketing.sites.models import LandingPage, PageVersion, PublishState, Redirect, Site
from ryorin.marketing.sites.rules import tidy_address, tidy_path
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.actions import delete, restore
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

OWN = ("/m/", "/static/ryorin/")
CHANGEABLE = (
    "name", "path", "language", "translation_of", "campaign", "owner", "title", "description", "picture", "canonical",
    "is_hidden", "end_at", "ended_text", "ended_address",
)  # fmt: skip
ONE_FACT_FOR = timedelta(minutes=10)
LARGEST_DRAFT = 2_000_000


@transaction.atomic
def create_page(
    *, site: Site, name: str, path: str = "", html: str = "", css: str = "", by: Member | None, **fields: Any
) -> LandingPage:
    """This function will start a page as a draft with the given beginning."""
    require(by, "pages.change")
    now = clock.now()
    cleaned = clean_page(html, css, own=OWN)
    fields.setdefault("owner", by)
    fields.setdefault("language", site.language)
    page = LandingPage(
        site=site, name=name, path=path, html=cleaned.html, css=cleaned.css, created_at=now, updated_at=now, **fields
    )
    check(page)
    page.save()
    audit.record("page_created", "landing_page", page.pk, by=by, name=page.name)
    return page


@transaction.atomic
def change_page(page: LandingPage, *, by: Member | None, version: int | None, **fields: Any) -> LandingPage:
    """This function will change the page's settings; the address before a new one leads to it from now on."""
    require(by, "pages.change")
    page = locked(page, version)
    before = {name: getattr(page, name) for name in CHANGEABLE}
    for name in CHANGEABLE:
        if name in fields:
            setattr(page, name, fields[name])
    check(page)
    changes = {
        name: [str(before[name] or ""), str(getattr(page, name) or "")]
        for name in CHANGEABLE
        if before[name] != getattr(page, name)
    }
    if not changes:
        return page
    if "path" in changes and page.published_at:
        remember_address(page.site, f"/{before['path']}/", page.address)
    return saved(page, "page_changed", by=by, **changes)


@transaction.atomic
def write_page(
    page: LandingPage, *, by: Member | None, version: int | None, project: Any, html: str, css: str
) -> tuple[LandingPage, tuple[str, ...]]:
    """This function will keep the draft as it stands in the editor; returns also what was cleaned away."""
    require(by, "pages.change")
    page = locked(page, version)
    if not isinstance(project, dict) or len(html) + len(css) > LARGEST_DRAFT:
        raise PageInvalid(what=_("内容が大きすぎます。ページを分けてください。"))
    cleaned = clean_page(html, css, own=OWN)
    if (page.html, page.css, page.project) == (cleaned.html, cleaned.css, project):
        return page, cleaned.removed
    page.project, page.html, page.css = project, cleaned.html, cleaned.css
    page.version += 1
    page.updated_at = clock.now()
    page.save()
    if not was_written_lately(page, by):
        audit.record("page_written", "landing_page", page.pk, by=by, name=page.name)
    return page, cleaned.removed


@transaction.atomic
def keep_version(page: LandingPage, *, by: Member | None, note: str = "") -> PageVersion:
    """This function will keep the draft as a version under its next number."""
    require(by, "pages.change")
    page = locked(page, None)
    kept = new_version(page, by=by, note=note)
    audit.record("page_version_kept", "landing_page", page.pk, by=by, name=page.name, number=kept.number)
    return kept


@transaction.atomic
def return_to(page: LandingPage, kept: PageVersion, *, by: Member | None, version: int | None) -> LandingPage:
    """This function will make the draft what an earlier version said; what is shown does not change."""
    require(by, "pages.change")
    page = locked(page, version)
    kept = page.versions.get(pk=kept.pk)
    latest = page.versions.first()
    if latest is None or (latest.html, latest.css) != (page.html, page.css):
        new_version(page, by=by, note=_("第%(number)s版に戻す前") % {"number": kept.number})
    page.project, page.html, page.css, page.title = kept.project, kept.html, kept.css, kept.title
    return saved(page, "page_returned", by=by, number=kept.number)


@transaction.atomic
def duplicate_page(page: LandingPage, *, by: Member | None, as_variant: bool = False) -> LandingPage:
    """This function will make a copy: a page of its own under another address, or a variant to be tested against it."""
    require(by, "pages.change")
    page = locked(page, None)
    original = page.variant_of or page
    now = clock.now()
    copy = LandingPage(
        site=page.site,
        name=variant_name(original) if as_variant else _("%(name)s のコピー") % {"name": page.name[:110]},
        path="" if as_variant else free_path(page.site, page.path or original.path),
        variant_of=original if as_variant else None,
        owner=by,
        created_at=now,
        updated_at=now,
    )
    for name in ("language", "campaign", "project", "html", "css", "title", "description", "picture", "is_hidden"):
        setattr(copy, name, getattr(page, name))
    copy.save()
    audit.record("page_created", "landing_page", copy.pk, by=by, name=copy.name, copied_from=page.pk)
    return copy


@transaction.atomic
def delete_page(page: LandingPage, *, by: Member | None) -> AuditEntry:
    """This function will delete a page that was never shown; the entry it returns can be undone."""
    require(by, "pages.change")
    page = locked(page, None)
    if page.published_at or page.variants.exclude(published_at=None).exists():
        raise StillShown()
    return delete(page, record_type="landing_page", by=by)


@transaction.atomic
def restore_page(entry: AuditEntry, *, by: Member | None) -> Model:
    """This function will put a deleted page back."""
    require(by, "pages.change")
    return restore(entry, by=by)


@transaction.atomic
def begin_test(page: LandingPage, *, by: Member | None, metric: str = "form_submitted") -> Experiment:
    """This function will start an A/B test of the page against its variants, in equal parts."""
    require(by, "experiments.change")
    page = locked(page, None)
    variants = list(page.variants.order_by("pk"))
    if not variants:
        raise NotReadyToPublish(what=_("先に、比べる案をつくってください。"))
    if page.state != PublishState.PUBLISHED or any(each.live_id is None for each in variants):
        raise NotReadyToPublish(what=_("元のページとすべての案を公開してから始めてください。"))
    if test_of(page):
        raise NotReadyToPublish(what=_("このページのA/Bテストはもう始まっています。"))
    drafts = [
        Draft(name=each.name[:80], share=50, target_id=each.pk, note="" if place else _("いまのページ"))
        for place, each in enumerate([page, *variants])
    ]
    name = _("「%(name)s」のA/Bテスト") % {"name": page.name[:100]}
    made = create_experiment(
        subject=Subject.PAGE, variants=drafts, by=by, name=name, metric=metric, campaign=page.campaign
    )
    return start(made, by=by)


def test_of(page: LandingPage) -> Experiment | None:
    """Return the test that runs on the page."""
    found = Variant.objects.filter(
        experiment__subject=Subject.PAGE, experiment__state=ExperimentState.RUNNING, target_id=page.pk
    )
    variant = found.select_related("experiment").first()
    return variant.experiment if variant else None


def new_version(page: LandingPage, *, by: Member | None, note: str = "") -> PageVersion:
    number = (page.versions.aggregate(most=Max("number"))["most"] or 0) + 1
    return PageVersion.objects.create(
        page=page,
        number=number,
        note=note.replace("\0", "").strip()[:200],
        project=page.project,
        html=page.html,
        css=page.css,
        title=page.title,
        by=by,
        at=clock.now(),
    )


def remember_address(site: Site, before: str, now_at: str) -> None:
    """This function will lead an old address, and those that led to it, to the new one."""
    site.redirects.filter(path=now_at).delete()
    site.redirects.filter(target=before).update(target=now_at)
    Redirect.objects.update_or_create(site=site, path=before, defaults={"target": now_at, "created_at": clock.now()})


def variant_name(original: LandingPage) -> str:
    letter = chr(ord("B") + min(original.variants.count(), 24))
    return _("%(name)s（%(letter)s案）") % {"name": original.name[:110], "letter": letter}


def free_path(site: Site, path: str) -> str:
    stem = path[:110] or "page"
    taken = set(LandingPage.objects.filter(site=site, path__startswith=stem).values_list("path", flat=True))
    return next(each for each in (f"{stem}-{number}" for number in range(2, 10_000)) if each not in taken)


def locked(page: LandingPage, version: int | None) -> LandingPage:
    """Return the page as it stands, kept from others until the transaction ends."""
    row = LandingPage.objects.select_for_update(of=("self",)).select_related("site").get(pk=page.pk)
    if version is not None and row.version != version:
        raise StaleRecord()
    return row


def saved(page: LandingPage, fact: str, *, by: Member | None, **changes: Any) -> LandingPage:
    page.version += 1
    page.updated_at = clock.now()
    page.save()
    audit.record(fact, "landing_page", page.pk, by=by, **({"name": page.name} | changes))
    return page


def was_written_lately(page: LandingPage, by: Member | None) -> bool:
    """Return whether this member's writing is in the trail already: it is noted every ten minutes, not every word."""
    since = clock.now() - ONE_FACT_FOR
    return AuditEntry.objects.filter(
        record_type="landing_page",
        record_id=page.pk,
        action="page_written",
        actor_id=by.pk if by else None,
        at__gte=since,
    ).exists()


def check(page: LandingPage) -> None:
    """This function will refuse a page that could not be found, and bring its addresses into shape."""
    if not page.name.strip():
        raise PageInvalid(what=_("ページ名を入力してください。"))
    if page.variant_of_id:
        page.path = ""
    else:
        page.path = tidy_path(page.path)
        taken = LandingPage.objects.filter(site=page.site, path=page.path, variant_of=None).exclude(pk=page.pk)
        if taken.exists():
            raise PageInvalid(what=_("アドレス「%(path)s」はほかのページで使われています。") % {"path": page.path})
    try:
        page.canonical, page.ended_address = tidy_address(page.canonical), tidy_address(page.ended_address)
    except SiteInvalid as refusal:
        raise PageInvalid(what=refusal.details["what"]) from None
    if page.translation_of_id and page.translation_of_id == page.pk:
        raise PageInvalid(what=_("翻訳元には別のページを選んでください。"))
    if page.publish_at and page.end_at and page.end_at <= page.publish_at:
        raise PageInvalid(what=_("終了日時は公開日時より後にしてください。"))
