"""What a segment is made from: its condition, and how far the following of changes has come."""

from django.db import models

from ryorin.customers.segments.models import Segment


class SegmentCondition(models.Model):
    """The condition of one segment; a snapshot's says whom it was filled with, once."""

    segment = models.OneToOneField(Segment, on_delete=models.CASCADE, primary_key=True, related_name="made_from")
    condition = models.JSONField()
    wanted = models.PositiveIntegerField(default=1, help_text="raised whenever the segment has to be filled anew")
    filled = models.PositiveIntegerField(default=0, help_text="the `wanted` it was filled for")
    checked_at = models.DateTimeField(null=True, help_text="when all people were tested")


class FollowingPosition(models.Model):
    """How far live segments have followed the changes; one row."""

    changed_until = models.DateTimeField(null=True)
    identities_until = models.BigIntegerField(default=0)
    history_until = models.BigIntegerField(default=0, help_text="last commit of history that was looked at")
    swept_until = models.DateTimeField(null=True, help_text="up to where the mere passing of time was followed")
