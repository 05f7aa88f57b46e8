from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sales_deals', '0003_deal_yomi'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='deal',
            index=models.Index(condition=models.Q(('next_action', ''), ('state', 'open')), fields=['owner', 'id'], name='deal_nothing_written'),
        ),
    ]
