"""Setting up a site, changing how it looks and where it answers, and putting it away."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.marketing.sites.errors import SiteInvalid
from ryorin.marketing.sites.models import Site
from ryorin.marketing.sites.rules import tidy_colour, tidy_host, tidy_links
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current

CHANGEABLE = (
    "name", "slug", "host", "language", "description", "colour", "logo", "favicon", "picture", "home", "menu",
    "footer", "footer_menu", "tracking",
)  # fmt: skip


@transaction.atomic
def create_site(*, by: Member | None, name: str, slug: str, is_default: bool = False, **fields: Any) -> Site:
    """This function will set up a site; the first one of all is the default."""
    require(by, "sites.change")
    now = clock.now()
    site = Site(name=name, slug=slug, created_at=now, updated_at=now, **fields)
    site.is_default = is_default or not Site.objects.filter(is_default=True).exists()
    check(site)
    if is_default:
        Site.objects.filter(is_default=True).update(is_default=False)
    site.save()
    audit.record("site_created", "site", site.pk, by=by, name=site.name, host=site.host)
    return site


@transaction.atomic
def change_site(site: Site, *, by: Member | None, version: int | None, **fields: Any) -> Site:
    """This function will change the site; refuses when somebody else changed it since `version`."""
    require(by, "sites.change")
    site = Site.objects.select_for_update().get(pk=site.pk)
    if version is not None and site.version != version:
        raise StaleRecord()
    before = {name: getattr(site, name) for name in CHANGEABLE}
    for name in CHANGEABLE:
        if name in fields:
            setattr(site, name, fields[name])
    check(site)
    changes = {
        name: [str(before[name] or ""), str(getattr(site, name) or "")]
        for name in CHANGEABLE
        if before[name] != getattr(site, name)
    }
    if not changes:
        return site
    return saved(site, "site_changed", by=by, **changes)


@transaction.atomic
def archive_site(site: Site, *, by: Member | None) -> Site:
    """This function will take a site off the net; its pages and articles stay and can be looked at inside."""
    require(by, "sites.change")
    site = Site.objects.select_for_update().get(pk=site.pk)
    if site.is_default:
        raise SiteInvalid(what=_("標準のサイトは閉じられません。"))
    site.is_archived = True
    return saved(site, "site_archived", by=by)


@transaction.atomic
def default_site() -> Site:
    """Return the default site, set up in the company's name when there is none yet."""
    site = Site.objects.select_for_update().filter(is_default=True).first()
    if site:
        return site
    return create_site(by=None, name=current().name or _("公式サイト"), slug="www", is_default=True)


def saved(site: Site, fact: str, *, by: Member | None, **changes: Any) -> Site:
    site.version += 1
    site.updated_at = clock.now()
    site.save()
    audit.record(fact, "site", site.pk, by=by, **({"name": site.name} | changes))
    return site


def check(site: Site) -> None:
    """This function will refuse a site that could not be shown, and bring host, colour and links into shape."""
    if not site.name.strip() or not site.slug:
        raise SiteInvalid(what=_("サイト名と略称を入力してください。"))
    site.host = tidy_host(site.host)
    site.colour = tidy_colour(site.colour)
    site.menu, site.footer_menu = tidy_links(site.menu), tidy_links(site.footer_menu)
    others = Site.objects.exclude(pk=site.pk)
    if others.filter(slug=site.slug).exists():
        raise SiteInvalid(what=_("略称「%(slug)s」はほかのサイトで使われています。") % {"slug": site.slug})
    if site.host and others.filter(host=site.host).exists():
        raise SiteInvalid(what=_("ドメイン「%(host)s」はほかのサイトで使われています。") % {"host": site.host})
    if site.host in settings.ALLOWED_HOSTS:
        raise SiteInvalid(
            what=_("「%(host)s」は社内の画面で使っているドメインです。別のドメインにしてください。")
            % {"host": site.host}
        )
    if site.home_id and (site.home is None or site.home.site_id != site.pk or site.home.variant_of_id):
        raise SiteInvalid(what=_("トップページには、このサイトのページを選んでください。"))
