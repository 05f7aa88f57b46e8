from django.db import migrations
from django.utils import timezone


def fill(apps, schema_editor):
    """Write what the open needs that are there already come to."""
    Need, Interest = apps.get_model("customers_voice", "Need"), apps.get_model("customers_voice", "Interest")
    known = {}
    needs = Need.objects.filter(state__in=("open", "proposed"), person__isnull=False).select_related("product")
    for need in needs.order_by("person_id", "pk").iterator():
        product, budget = known.get(need.person_id, (None, None))
        if need.product and (product is None or weight(need.product) > weight(product)):
            product = need.product
        if need.budget is not None:
            budget = max(need.budget, budget or 0)
        if product or budget is not None:
            known[need.person_id] = (product, budget)
    now = timezone.now()
    Interest.objects.bulk_create(
        [Interest(person_id=pk, product=product, budget=budget, updated_at=now) for pk, (product, budget) in known.items()],
        batch_size=500,
    )


def weight(product):
    return (product.needs_person, product.price or 0)


class Migration(migrations.Migration):

    dependencies = [
        ('customers_voice', '0002_interest'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
