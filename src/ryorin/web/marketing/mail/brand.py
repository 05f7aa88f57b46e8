"""The company's logo as a picture mails can show."""

from django.core.cache import cache

from ryorin.lib.pictures import PictureRefused
from ryorin.marketing.sites.actions.assets import keep_picture
from ryorin.workspace.files.errors import FileMissing
from ryorin.workspace.files.queries import content
from ryorin.workspace.organisation.models import Organisation

REMEMBERED = 24 * 3600
WIDTH = 320


def logo_address(company: Organisation) -> str:
    """Return the public address of the logo, kept among the pictures of pages and mails; "" without one."""
    if company.logo is None:
        return ""
    key = f"mail-logo:{company.logo.sha256}"
    found = cache.get(key)
    if found is None:
        found = _kept(company)
        cache.set(key, found, REMEMBERED)
    return str(found)


def _kept(company: Organisation) -> str:
    assert company.logo is not None
    try:
        kept = keep_picture(content(company.logo), name=company.logo.name, by=None, alt=company.name)
    except (PictureRefused, FileMissing):
        return ""
    return kept.address(WIDTH, kept.fallback)
