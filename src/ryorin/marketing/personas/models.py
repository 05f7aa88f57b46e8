"""Personas: a portrait of the people of a segment, computed from them and kept true by them."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.customers.segments.models import Segment
from ryorin.customers.voice.models import Need
from ryorin.workspace.files.models import File
from ryorin.workspace.members.models import Member


class Section(models.TextChoices):
    """The parts of a portrait, in their order."""

    WHO = "who", _("どんな人か")
    BUYS = "buys", _("何を買うか")
    READS = "reads", _("何を読むか")
    ASKS = "asks", _("何を求めるか")
    CONTACTS = "contacts", _("どう出会い、いつ動くか")


class PersonaQuerySet(models.QuerySet["Persona"]):
    def visible_to(self, member: Member) -> Self:
        return self if member.is_active else self.none()


class Persona(models.Model):
    """One portrait; `words` are people's own beside the computed sentences, by section."""

    name = models.CharField(_("名前"), max_length=60)
    role = models.CharField(_("ひとことで"), max_length=120, blank=True)
    segment = models.ForeignKey(
        Segment, verbose_name=_("セグメント"), on_delete=models.PROTECT, related_name="personas"
    )
    picture = models.ForeignKey(File, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    quote = models.ForeignKey(
        Need, verbose_name=_("お客さまの声"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    words = models.JSONField(default=dict)
    people = models.PositiveIntegerField(default=0, help_text="in the segment when it was computed")
    pace = models.FloatField(null=True, help_text="touchpoints a month of the middle person who had any")
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL)
    agreed_at = models.DateTimeField(null=True, help_text="when the portrait was last looked at and found true")
    agreed_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    agreed_people = models.PositiveIntegerField(default=0)
    computed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = PersonaQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class PersonaFact(models.Model):
    """One computed sentence: how many of the people it holds for, now and when the portrait was agreed."""

    persona = models.ForeignKey(Persona, on_delete=models.CASCADE, related_name="facts")
    section = models.CharField(max_length=8, choices=Section.choices)
    key = models.CharField(max_length=300, help_text="what it says, as kind:value; see rules.fact_said")
    people = models.PositiveIntegerField()
    place = models.PositiveSmallIntegerField(default=0)
    agreed_people = models.PositiveIntegerField(null=True, help_text="none: it was not there when agreed")
    moved_at = models.DateTimeField(null=True, help_text="since when its share differs from what was agreed")

    class Meta:
        ordering = ["section", "place", "pk"]
        constraints = [models.UniqueConstraint(fields=["persona", "section", "key"], name="one_sentence_of_a_persona")]

    @property
    def is_moved(self) -> bool:
        return self.moved_at is not None


class FactHidden(models.Model):
    """A computed sentence that people took off the portrait; it stays off however often it is computed."""

    persona = models.ForeignKey(Persona, on_delete=models.CASCADE, related_name="hidden")
    key = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["persona", "key"], name="hidden_once")]


class MomentOfDay(models.TextChoices):
    """When people are active, in local hours."""

    EARLY = "early", pgettext_lazy("hours", "早朝（5〜9時）")
    MORNING = "morning", pgettext_lazy("hours", "午前（9〜12時）")
    NOON = "noon", pgettext_lazy("hours", "昼（12〜13時）")
    AFTERNOON = "afternoon", pgettext_lazy("hours", "午後（13〜18時）")
    EVENING = "evening", pgettext_lazy("hours", "夜（18〜23時）")
    NIGHT = "night", pgettext_lazy("hours", "深夜（23〜5時）")
