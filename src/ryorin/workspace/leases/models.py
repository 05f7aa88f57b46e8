from django.db import models


class Lease(models.Model):
    """The right to do a named piece of work, held by one process until a moment."""

    name = models.CharField(max_length=80, unique=True)
    holder = models.CharField(max_length=80, blank=True)
    until = models.DateTimeField()
    last_done_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
