"""Pictures of mails: of each the kind that every mail program shows."""

import re

from ryorin.marketing.sites.models import Asset

_WEBP = re.compile(r"/m/([A-Za-z0-9_-]{8,24})/(\d{1,5})\.webp")


def shown_everywhere(mjml: str) -> str:
    """Return the body with JPEG or PNG in place of WebP, which some mail programs do not show."""
    tokens = {match[1] for match in _WEBP.finditer(mjml)}
    if not tokens:
        return mjml
    kinds = {asset.token: asset.fallback for asset in Asset.objects.filter(token__in=tokens)}
    return _WEBP.sub(lambda match: f"/m/{match[1]}/{match[2]}.{kinds.get(match[1], 'webp')}", mjml)
