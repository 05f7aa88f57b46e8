"""Targets by month and the quotas of members become goals; nothing that was set is lost."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def carry_over(apps, schema_editor):
    Goal = apps.get_model("alignment_goals", "Goal")
    Event = apps.get_model("alignment_goals", "GoalEvent")
    Target = apps.get_model("alignment_goals", "Target")
    Quota = apps.get_model("sales_forecast", "Quota")
    for row in Target.objects.order_by("pk"):
        goal = Goal.objects.create(
            metric=row.metric, grain="month", start=row.month, end=month_after(row.month), level="company",
            subject="company", value=row.value, set_by_id=row.set_by_id, updated_at=row.updated_at,
        )  # fmt: skip
        Event.objects.create(goal=goal, kind="carried", after=row.value, by_id=row.set_by_id, at=row.updated_at)
    for row in Quota.objects.filter(member__isnull=False).order_by("pk"):
        goal = Goal.objects.create(
            metric="won_value", grain="month", start=row.month, end=month_after(row.month), level="person",
            subject=f"person:{row.member_id}", member_id=row.member_id, value=row.amount, set_by_id=row.set_by_id,
            updated_at=row.updated_at,
        )  # fmt: skip
        Event.objects.create(goal=goal, kind="carried", after=row.amount, by_id=row.set_by_id, at=row.updated_at)


def back_to_targets(apps, schema_editor):
    Target = apps.get_model("alignment_goals", "Target")
    for goal in apps.get_model("alignment_goals", "Goal").objects.filter(
        level="company", grain="month", value__isnull=False
    ):
        Target.objects.create(
            metric=goal.metric, month=goal.start, value=goal.value, set_by_id=goal.set_by_id, updated_at=goal.updated_at
        )


def month_after(day):
    return day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1)


class Migration(migrations.Migration):
    dependencies = [
        ('alignment_goals', '0001_initial'),
        ('workspace_members', '0002_levels_and_superiors'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('sales_forecast', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Goal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('metric', models.CharField(max_length=40, verbose_name='指標')),
                ('grain', models.CharField(max_length=8, verbose_name='期間の長さ')),
                ('start', models.DateField(verbose_name='開始日')),
                ('end', models.DateField(verbose_name='終了日の翌日')),
                ('level', models.CharField(choices=[('company', '全社'), ('team', 'チーム'), ('person', '個人'), ('region', '地域')], max_length=8, verbose_name='対象')),
                ('subject', models.CharField(help_text='company, team:3, person:5, region:13', max_length=24)),
                ('value', models.DecimalField(decimal_places=4, max_digits=20, null=True, verbose_name='目標')),
                ('rhythm', models.CharField(blank=True, choices=[('', '見直さない'), ('monthly', '毎月'), ('quarterly', '四半期ごと')], default='', max_length=10, verbose_name='見直し')),
                ('review_on', models.DateField(blank=True, null=True, verbose_name='次の見直し')),
                ('told_on', models.DateField(blank=True, help_text='the review that was last told of', null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('updated_at', models.DateTimeField()),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='goals', to=settings.AUTH_USER_MODEL)),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='goals', to='workspace_members.team')),
            ],
            options={
                'ordering': ['metric', 'start', 'subject'],
            },
        ),
        migrations.CreateModel(
            name='GoalEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('set', '設定'), ('changed', '変更'), ('removed', '取り下げ'), ('kept', '見直し（維持）'), ('revised', '見直し（変更）'), ('carried', '引き継ぎ')], max_length=8)),
                ('before', models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ('after', models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('goal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='alignment_goals.goal')),
            ],
            options={
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.AddIndex(
            model_name='goal',
            index=models.Index(fields=['start', 'grain', 'subject'], name='goal_of_period'),
        ),
        migrations.AddIndex(
            model_name='goal',
            index=models.Index(fields=['review_on'], name='goal_to_review'),
        ),
        migrations.AddConstraint(
            model_name='goal',
            constraint=models.UniqueConstraint(fields=('metric', 'start', 'grain', 'subject'), name='one_goal_per_subject'),
        ),
        migrations.RunPython(carry_over, back_to_targets),
        migrations.DeleteModel(name="Target"),
    ]
