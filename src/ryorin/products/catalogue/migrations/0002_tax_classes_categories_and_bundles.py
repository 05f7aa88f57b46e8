from typing import Any

import django.db.models.deletion
from django.db import migrations, models

CLASSES = (
    ("standard", "標準税率"),
    ("reduced", "軽減税率"),
    ("exempt", "非課税"),
    ("out", "不課税"),
    ("zero", "免税"),
)


def classes_from_rates(apps: Any, schema_editor: Any) -> None:
    """What was kept as 8 % is taxed at the reduced rate, what was kept as 0 % is not taxed."""
    products = apps.get_model("products_catalogue", "Product").objects
    products.filter(tax_rate=8).update(tax_class="reduced")
    products.filter(tax_rate=0).update(tax_class="exempt")


def categories_from_products(apps: Any, schema_editor: Any) -> None:
    category, product = (apps.get_model("products_catalogue", name) for name in ("Category", "Product"))
    names = product.objects.exclude(category="").order_by("category").values_list("category", flat=True).distinct()
    category.objects.bulk_create([category(name=name) for name in names])


class Migration(migrations.Migration):

    dependencies = [
        ("products_catalogue", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Category",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="分類名")),
                ("version", models.PositiveIntegerField(default=1)),
                ("parent", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="children", to="products_catalogue.category", verbose_name="上の分類")),
            ],
            options={"ordering": ["name"]},
        ),
        migrations.CreateModel(
            name="BundlePart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.DecimalField(decimal_places=3, default=1, max_digits=12, verbose_name="数量")),
                ("position", models.PositiveIntegerField(default=0)),
                ("bundle", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="products_catalogue.product")),
                ("product", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="part_of", to="products_catalogue.product", verbose_name="構成品")),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("bundle", "product"), name="part_once_in_a_bundle"),
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="part_of_a_positive_quantity"),
                ],
            },
        ),
        migrations.AddField("product", "description", models.TextField(blank=True, default="", verbose_name="説明"), preserve_default=False),
        migrations.AddField("product", "description_en", models.TextField(blank=True, default="", verbose_name="説明（英語）"), preserve_default=False),
        migrations.AddField("product", "is_bundle", models.BooleanField(default=False, verbose_name="セット商品")),
        migrations.AddField("product", "price_from_parts", models.BooleanField(default=False, verbose_name="構成品の合計を価格にする")),
        migrations.AddField("product", "tax_class", models.CharField(choices=CLASSES, default="standard", max_length=8, verbose_name="税区分")),
        migrations.RunPython(classes_from_rates, migrations.RunPython.noop),
        migrations.RunPython(categories_from_products, migrations.RunPython.noop),
        migrations.RemoveField("product", "tax_rate"),
    ]
