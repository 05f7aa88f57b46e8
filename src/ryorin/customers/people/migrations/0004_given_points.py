from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers_people", "0003_mail_address_key_and_basis")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="given_points",
            field=models.IntegerField(
                db_default=0,
                default=0,
                help_text="given by journeys, part of the score",
                verbose_name="加えられた点",
            ),
        ),
    ]
