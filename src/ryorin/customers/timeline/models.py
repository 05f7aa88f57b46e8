"""Touchpoints on their way into history: the inbox is durable before anyone is told that a touchpoint was taken."""

from django.db import models


class Verdict(models.TextChoices):
    HUMAN = "human"
    MACHINE = "machine"
    UNKNOWN = "unknown"


class InboxTouchpoint(models.Model):
    """One thing that happened between a customer and us, waiting for its place in the lake."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(unique=True, help_text="UUIDv7, may be given by the sender; repeating it changes nothing")
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    person_id = models.BigIntegerField(null=True)
    visitor = models.CharField(max_length=36, blank=True)
    company_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=40, blank=True)
    campaign_id = models.BigIntegerField(null=True)
    member_id = models.BigIntegerField(null=True)
    value = models.BigIntegerField(null=True, help_text="minor units of the company's currency")
    verdict = models.CharField(max_length=8, choices=Verdict.choices, default=Verdict.HUMAN)
    source = models.CharField(max_length=60, help_text="who wrote it: collector, form:3, import:12, deals ...")
    properties = models.TextField(default="{}", help_text="JSON object; url, title, note, deal_id ...")
    batch = models.BigIntegerField(null=True, help_text="set while on its way into the lake")

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["batch", "id"], name="inbox_waiting"),
            models.Index(fields=["person_id"], name="inbox_person"),
        ]
