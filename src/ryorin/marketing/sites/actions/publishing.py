"""Showing pages and articles: now, at a time, until a time; and the duty that keeps those times."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.marketing.experiments.errors import TargetInTest
from ryorin.marketing.sites.actions.articles import settle_article
from ryorin.marketing.sites.actions.pages import locked, new_version, saved, test_of
from ryorin.marketing.sites.errors import NotReadyToPublish
from ryorin.marketing.sites.models import Article, LandingPage, PageVersion, PublishState
from ryorin.marketing.sites.rules import forms_in, text_of
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require


@transaction.atomic
def publish_page(
    page: LandingPage, *, by: Member | None, at: datetime | None = None, version: int | None = None
) -> LandingPage:
    """This function will show the draft: now, or from `at` on; until then the version shown before stays."""
    require(by, "pages.change")
    page = locked(page, version)
    check_ready(page)
    now = clock.now()
    if at is not None and at > now:
        if page.end_at and page.end_at <= at:
            raise NotReadyToPublish(what=_("終了日時が公開日時より前です。"))
        page.state, page.publish_at = PublishState.SCHEDULED, at
        return saved(page, "page_scheduled", by=by, at=at)
    return show(page, by=by)


@transaction.atomic
def end_page(page: LandingPage, *, by: Member | None) -> LandingPage:
    """This function will stop showing the page; visitors are told so, or led on."""
    require(by, "pages.change")
    page = locked(page, None)
    running = test_of(page)
    if running:
        raise TargetInTest(name=running.name)
    return hide(page, by=by)


def follow_schedule() -> int:
    """This function will show and end what is due; killed at any moment it goes on where it stopped."""
    now = clock.now()
    done = 0
    for pk in list(LandingPage.objects.due(now).values_list("pk", flat=True)[:200]):
        done += settle_page(pk, now)
    for pk in list(Article.objects.due(now).values_list("pk", flat=True)[:200]):
        done += settle_article(pk, now)
    return done


@transaction.atomic
def settle_page(pk: int, now: datetime) -> int:
    """This function will do what is due on one page, once."""
    page = LandingPage.objects.select_for_update(of=("self",)).select_related("site").due(now).filter(pk=pk).first()
    if page is None:
        return 0
    if page.state == PublishState.SCHEDULED:
        show(page, by=None)
    else:
        hide(page, by=None)
    return 1


def show(page: LandingPage, *, by: Member | None) -> LandingPage:
    """This function will make the draft the version that is shown."""
    live = page.live
    if live is None or (live.html, live.css, live.title) != (page.html, page.css, page.title):
        page.live = new_version(page, by=by)
    page.state, page.publish_at = PublishState.PUBLISHED, None
    now = clock.now()
    page.published_at = page.published_at or now
    if page.end_at and page.end_at <= now:
        page.end_at = None
    render_partners_again(page)
    return saved(page, "page_published", by=by, number=page.live.number if page.live else 0)


def hide(page: LandingPage, *, by: Member | None) -> LandingPage:
    """This function will show the page no longer; its versions stay."""
    page.state, page.publish_at, page.live = PublishState.ENDED, None, None
    render_partners_again(page)
    return saved(page, "page_ended", by=by)


def render_partners_again(page: LandingPage) -> None:
    """This function will have the page's translations put together anew, for they name each other."""
    root = page.translation_of_id or page.pk
    partners = LandingPage.objects.filter(Q(pk=root) | Q(translation_of=root)).exclude(pk=page.pk)
    PageVersion.objects.filter(page__in=partners).exclude(rendered_for="").update(rendered_for="")


def check_ready(page: LandingPage) -> None:
    if not text_of(page.html) and not forms_in(page.html):
        raise NotReadyToPublish(what=_("ページにまだ何も書かれていません。"))
