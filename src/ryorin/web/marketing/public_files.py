"""Pictures, styles and downloads of public pages: unguessable addresses, kept by browsers, never run as a page."""

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

from ryorin.marketing.pages.actions import take_download
from ryorin.marketing.pages.errors import DownloadEnded
from ryorin.marketing.pages.models import FormAnswer
from ryorin.marketing.sites.models import Asset, StyleSheet
from ryorin.web.workspace.files import attachment
from ryorin.workspace.files.queries import place_of

TYPES = {"webp": "image/webp", "jpg": "image/jpeg", "png": "image/png"}
FOR_EVER = "public, max-age=31536000, immutable"
SALT = "ryorin.download"
OPEN_FOR = 7 * 24 * 3600


@require_safe
def picture(request: HttpRequest, token: str, width: int, kind: str) -> HttpResponse:
    """Return a picture in one of its sizes; the address never changes what it shows."""
    tag = f'"{token}-{width}-{kind}"'
    headers = {"ETag": tag, "Cache-Control": FOR_EVER, "Cross-Origin-Resource-Policy": "cross-origin"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers=headers)
    asset = Asset.objects.pictures().filter(token=token).only("renditions").first()
    digests = [each[3] for each in asset.renditions if each[0] == width and each[2] == kind] if asset else []
    place = place_of(digests[0]) if digests else None
    if place is None or not place.exists():
        raise Http404
    headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    headers["X-Content-Type-Options"] = "nosniff"
    return HttpResponse(place.read_bytes(), content_type=TYPES[kind], headers=headers)


@require_safe
def style_sheet(request: HttpRequest, digest: str) -> HttpResponse:
    """Return the styles of a published page."""
    headers = {"ETag": f'"{digest}"', "Cache-Control": FOR_EVER, "X-Content-Type-Options": "nosniff"}
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return HttpResponseNotModified(headers=headers)
    found = StyleSheet.objects.filter(pk=digest[:20]).first()
    if found is None:
        raise Http404
    return HttpResponse(found.text, content_type="text/css; charset=utf-8", headers=headers)


@require_safe
def download(request: HttpRequest, token: str) -> HttpResponse:
    """Hand out the file that an answer opened; the link holds for a week."""
    try:
        pk = int(signing.loads(token, salt=SALT, max_age=OPEN_FOR))
    except (signing.BadSignature, ValueError, TypeError):
        raise DownloadEnded() from None
    kept = FormAnswer.objects.select_related("form__download", "form__campaign").filter(pk=pk).first()
    if kept is None or kept.form.download is None:
        raise DownloadEnded()
    if request.method == "GET":
        take_download(kept)
    return attachment(kept.form.download)


def download_token(kept: FormAnswer) -> str:
    """Return what stands in the address of the answer's download."""
    return signing.dumps(kept.pk, salt=SALT)
