"""The audit trail: every change as one row, append-only, each row's seal computed over the one before."""

from django.db import models


class AuditEntry(models.Model):
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=120, blank=True)
    action = models.CharField(max_length=60)
    record_type = models.CharField(max_length=40, blank=True)
    record_id = models.BigIntegerField(null=True)
    changes = models.TextField(default="{}")
    seal = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["record_type", "record_id", "id"], name="audit_by_record"),
            models.Index(fields=["actor_id", "id"], name="audit_by_actor"),
        ]


class ChainHead(models.Model):
    """The one row that says where the chain ends; locking it puts writers in line."""

    seal = models.CharField(max_length=64, blank=True)
    entries = models.BigIntegerField(default=0)


class Redaction(models.Model):
    """That personal data was taken out of an entry: the seal it had stays, vouched for by a seal over what is left."""

    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="redaction")
    at = models.DateTimeField()
    voucher = models.CharField(max_length=64)
