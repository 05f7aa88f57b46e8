"""Pictures and files that public pages and mails show: each under an address that nobody can guess."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.workspace.files.models import File
from ryorin.workspace.members.models import Member


class AssetKind(models.TextChoices):
    PICTURE = "picture", _("画像")
    FILE = "file", _("ファイル")


class AssetQuerySet(models.QuerySet["Asset"]):
    def visible_to(self, member: Member) -> "AssetQuerySet":
        return self if member.is_active else self.none()

    def pictures(self) -> "AssetQuerySet":
        return self.filter(kind=AssetKind.PICTURE)


class Asset(models.Model):
    """A picture in all its sizes, or a file; the contents lie in the folder of files, by their hash."""

    token = models.CharField(max_length=24, unique=True)
    kind = models.CharField(_("種類"), max_length=8, choices=AssetKind.choices)
    name = models.CharField(_("名前"), max_length=120)
    alt = models.CharField(_("代替テキスト"), max_length=200, blank=True)
    width = models.PositiveIntegerField(_("幅"), default=0)
    height = models.PositiveIntegerField(_("高さ"), default=0)
    renditions = models.JSONField(default=list, blank=True, help_text="[[width, height, kind, sha256, size]]")
    source = models.CharField(max_length=64, db_index=True, help_text="SHA-256 of what was uploaded")
    file = models.ForeignKey(File, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    objects = AssetQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def widths(self) -> list[int]:
        return sorted({int(each[0]) for each in self.renditions})

    @property
    def fallback(self) -> str:
        """The kind every browser and mail program shows: "jpg", or "png" for a transparent picture."""
        return next((str(each[2]) for each in self.renditions if each[2] != "webp"), "jpg")

    def address(self, width: int = 1024, kind: str = "") -> str:
        """Return the address of the picture in the size nearest to `width`."""
        nearest = min(self.widths or [0], key=lambda each: (each < width, abs(each - width)))
        return f"/m/{self.token}/{nearest}.{kind or 'webp'}"

    @property
    def thumbnail(self) -> str:
        return self.address(320)

    @property
    def medium(self) -> str:
        return self.address(1024)

    @property
    def share_address(self) -> str:
        """The picture as social networks fetch it: in a kind all of them read."""
        return self.address(1600, self.fallback)

    @property
    def srcset(self) -> str:
        return ", ".join(f"/m/{self.token}/{width}.webp {width}w" for width in self.widths)
