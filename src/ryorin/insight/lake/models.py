"""Where the copying into history has come to."""

from django.db import models


class DrainBatch(models.Model):
    """The numbered batches in which touchpoints leave the inbox; the lake keeps the last number it holds."""

    started_at = models.DateTimeField()


class PublishedPosition(models.Model):
    """How far one published table follows its rows."""

    table = models.CharField(max_length=60, unique=True)
    changed_until = models.DateTimeField(null=True, help_text="rows changed later than this are looked at again")
    signature = models.CharField(max_length=120, blank=True, help_text="of the rows changed since then, when last read")
    last_key = models.BigIntegerField(default=0, help_text="the highest key that was copied")
    deletions_until = models.BigIntegerField(default=0, help_text="last audit entry read for deletions")
    schema = models.CharField(max_length=64, blank=True, help_text="digest of the columns; another digest: rebuild")
    rows = models.BigIntegerField(default=0)
    published_at = models.DateTimeField(null=True)
