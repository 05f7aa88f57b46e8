"""Pictures for pages, articles and mails: what there is, and taking in more."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ryorin.lib.errors import Refusal
from ryorin.lib.pictures import LARGEST, PictureTooHeavy
from ryorin.marketing.sites.actions import keep_picture
from ryorin.marketing.sites.models import Asset
from ryorin.web.answers import member_of
from ryorin.workspace.members.rules import require

SHOWN = 120
MOST_AT_ONCE = 10


@require_GET
def pictures(request: HttpRequest) -> HttpResponse:
    """Return the newest pictures for the editor's dialog."""
    require(member_of(request), "pages.change")
    found = Asset.objects.visible_to(member_of(request)).pictures()[:SHOWN]
    return JsonResponse({"data": [described(asset) for asset in found]})


@require_POST
def pictures_upload(request: HttpRequest) -> HttpResponse:
    """Take in pictures; each is made safe before it is kept, and refused with a reason where that cannot be."""
    require(member_of(request), "pages.change")
    try:
        given = request.FILES.getlist("files")[:MOST_AT_ONCE]
        if not given:
            raise Refusal(_("画像のファイルを選んでください。"))
        kept = []
        for file in given:
            if (file.size or 0) > LARGEST:
                raise PictureTooHeavy(size=(file.size or 0) // 1024 // 1024)
            kept.append(keep_picture(file.read(), name=file.name or "", by=member_of(request)))
    except Refusal as refusal:
        return JsonResponse({"message": str(refusal)}, status=refusal.status)
    return JsonResponse({"data": [described(asset) for asset in kept]})


def described(asset: Asset) -> dict[str, Any]:
    """Return what the editor needs to show a picture and put it in; mails use `mail_src`, a kind all programs read."""
    return {
        "id": asset.pk,
        "src": asset.address(1024),
        "mail_src": asset.address(640, asset.fallback),
        "thumb": asset.thumbnail,
        "srcset": asset.srcset,
        "width": asset.width,
        "height": asset.height,
        "name": asset.name,
        "alt": asset.alt,
    }
