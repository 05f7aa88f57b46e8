"""Who works here: members, their teams, their roles, and what each of them may see."""

from typing import Any, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LANGUAGES = (("ja", "日本語"), ("en", "English"))


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("管理者")
    MANAGER = "manager", _("マネージャー")
    MARKETER = "marketer", _("マーケティング")
    SALES = "sales", _("営業")
    READ_ONLY = "read_only", _("閲覧のみ")


class Scope(models.TextChoices):
    ALL = "all", _("すべて")
    TEAM = "team", _("チームと担当なし")
    OWN = "own", _("自分と担当なし")


class Level(models.IntegerChoices):
    """How high a member stands; approval routes ask for a level and above."""

    STAFF = 1, pgettext_lazy("level", "担当")
    SECTION_HEAD = 2, _("課長")
    DEPARTMENT_HEAD = 3, _("部長")
    EXECUTIVE = 4, _("役員")
    PRESIDENT = 5, _("社長")


class Team(models.Model):
    name = models.CharField(_("チーム名"), max_length=80, unique=True)
    head = models.ForeignKey(
        "Member", verbose_name=_("責任者"), null=True, blank=True, on_delete=models.SET_NULL, related_name="heads"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class MemberManager(BaseUserManager["Member"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Member":
        member = self.model(email=self.normalize_email(email).lower(), **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member

    def get_by_natural_key(self, username: str | None) -> "Member":
        return self.get(email__iexact=username)


class Member(AbstractBaseUser):
    email = models.EmailField(_("メールアドレス"), unique=True)
    family_name = models.CharField(_("姓"), max_length=40)
    given_name = models.CharField(_("名"), max_length=40, blank=True)
    role = models.CharField(_("役割"), max_length=20, choices=Role.choices, default=Role.READ_ONLY)
    scope = models.CharField(_("見える範囲"), max_length=8, choices=Scope.choices, default=Scope.ALL)
    team = models.ForeignKey(
        Team, verbose_name=_("チーム"), null=True, blank=True, on_delete=models.SET_NULL, related_name="members"
    )
    level = models.PositiveSmallIntegerField(_("役職"), choices=Level.choices, default=Level.STAFF)
    superior = models.ForeignKey(
        "self", verbose_name=_("上長"), null=True, blank=True, on_delete=models.SET_NULL, related_name="subordinates"
    )
    language = models.CharField(_("言語"), max_length=5, choices=LANGUAGES, default="ja")
    is_active = models.BooleanField(_("利用中"), default=True)
    away_until = models.DateField(_("不在（この日まで）"), null=True, blank=True)
    has_one_time_password = models.BooleanField(default=False, help_text="must choose another before going on")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = MemberManager()

    class Meta:
        ordering = ["family_name", "given_name"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        if self.family_name.isascii() and self.given_name:
            return f"{self.given_name} {self.family_name}"
        return f"{self.family_name} {self.given_name}".strip()

    def get_full_name(self) -> str:
        return self.name

    @property
    def initial(self) -> str:
        return (self.family_name or self.email)[:1]

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR


class OwnedQuerySet(models.QuerySet[Any]):
    """Rows with an `owner`: seen by the owner, the owner's team, or everyone, as the member's scope says."""

    def visible_to(self, member: Member) -> Self:
        if not member.is_active:
            return self.none()
        if member.scope == Scope.ALL:
            return self
        mine = models.Q(owner=member) | models.Q(owner__isnull=True)
        if member.scope == Scope.TEAM and member.team_id:
            team = list(Member.objects.filter(team_id=member.team_id).values_list("pk", flat=True))
            mine = models.Q(owner__in=team) | models.Q(owner__isnull=True)
        return self.filter(mine)
