"""Files people gave us: what each is called and what it is; the content lies in the folder of files, by its hash."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.workspace.members.models import Member


class Kind(models.TextChoices):
    PDF = "pdf", "PDF"
    PNG = "png", "PNG"
    JPEG = "jpeg", "JPEG"
    GIF = "gif", "GIF"
    WEBP = "webp", "WebP"
    WORD = "docx", "Word"
    EXCEL = "xlsx", "Excel"
    POWERPOINT = "pptx", "PowerPoint"
    TEXT = "text", _("テキスト")
    VIDEO = "mp4", "MP4"


class File(models.Model):
    name = models.CharField(_("ファイル名"), max_length=120)
    kind = models.CharField(_("種類"), max_length=8, choices=Kind.choices)
    size = models.PositiveBigIntegerField(_("サイズ"))
    sha256 = models.CharField(max_length=64, db_index=True)
    kept_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.kind in IMAGES


IMAGES = frozenset({Kind.PNG, Kind.JPEG, Kind.GIF, Kind.WEBP})
OFFICE = frozenset({Kind.WORD, Kind.EXCEL, Kind.POWERPOINT})
