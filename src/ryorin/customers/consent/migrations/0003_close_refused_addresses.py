"""Addresses get their keyed hash, people the basis of what they allow, and refusals made so far close the address."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import migrations, transaction
from django.utils import timezone

from ryorin.lib.keyed import address_hash

AT_ONCE = 5_000


def fill(apps: Any, schema_editor: Any) -> None:
    """This function will go through all people in slices, each in a transaction of its own; safe to run again."""
    Person = apps.get_model("customers_people", "Person")
    for last, until in slices(Person):
        with transaction.atomic():
            people = list(Person.objects.filter(pk__gt=last, pk__lte=until).order_by("pk"))
            bases = basis_of(apps, people)
            for person in people:
                person.email_key = address_hash(person.email, key=settings.SECRET_KEY)
                person.mail_basis = bases.get(person.pk, "") if person.mail_consent == "allowed" else ""
            Person.objects.bulk_update(people, ["email_key", "mail_basis"], batch_size=300)
            close(apps, [person for person in people if person.mail_consent == "refused" and person.email_key])


def slices(model: Any) -> Iterator[tuple[int, int]]:
    last = 0
    while ids := list(model.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        yield last, ids[-1]
        last = ids[-1]


def basis_of(apps: Any, people: list[Any]) -> dict[int, str]:
    Consent = apps.get_model("customers_consent", "Consent")
    first, last = (people[0].pk, people[-1].pk) if people else (0, 0)
    stated = Consent.objects.filter(person_id__gte=first, person_id__lte=last, medium="mail")
    return dict(stated.order_by("at", "pk").values_list("person_id", "basis"))


def close(apps: Any, people: list[Any]) -> None:
    Consent, Suppression = (apps.get_model("customers_consent", name) for name in ("Consent", "Suppression"))
    closed = set(Suppression.objects.values_list("digest", flat=True)) if people else set()
    for person in people:
        if person.email_key not in closed:
            last = Consent.objects.filter(person_id=person.pk, medium="mail").order_by("-at", "-pk").first()
            since = last.at if last else timezone.now()
            Suppression.objects.create(digest=person.email_key, reason="refused", since=since, source="consents")
            closed.add(person.email_key)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("customers_consent", "0002_suppressions_and_details"),
        ("customers_people", "0003_mail_address_key_and_basis"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
