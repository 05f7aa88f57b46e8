from django.db import models

from ryorin.customers.people.models import Person


class Identity(models.Model):
    """The statement that a visitor (a browser) is a person. History is not rewritten; readers join through it."""

    visitor = models.CharField(max_length=36, unique=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="visitors")
    since = models.DateTimeField()
    why = models.CharField(max_length=80, help_text="form_submitted, link_clicked ...")
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["updated_at"], name="identity_changed")]
