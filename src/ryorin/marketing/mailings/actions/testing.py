"""Two or more subjects tried on a part of the audience; the rest gets the one that did best."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.marketing.experiments import actions as experiments
from ryorin.marketing.experiments.models import Experiment, ExperimentState, Subject
from ryorin.marketing.experiments.models import Variant as ExperimentVariant
from ryorin.marketing.mailings.actions.writing import locked, save
from ryorin.marketing.mailings.errors import MailingInvalid, MailingLocked
from ryorin.marketing.mailings.models import Mailing, MailingState, Recipient, RecipientState, Wording
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.notifications.actions import notify

METRICS = {"mail_opened": "opened_at", "mail_clicked": "clicked_at"}
MOST = 4


@transaction.atomic
def set_test(
    mailing: Mailing, subjects: Sequence[str], *, metric: str, by: Member | None, version: int | None = None
) -> Mailing:
    """This function will have these subjects tried on `test_share` percent of the audience; fewer than two: no test."""
    require(by, "mailings.change")
    row = locked(mailing, version)
    if row.state != MailingState.DRAFT:
        raise MailingLocked(state=row.get_state_display())
    wanted = list(dict.fromkeys(subject.replace("\0", "").strip()[:200] for subject in subjects if subject.strip()))
    if len(wanted) > MOST:
        raise MailingInvalid(what=_("件名の案は%(most)s個までです。") % {"most": MOST})
    if metric not in METRICS:
        raise MailingInvalid(what=_("勝敗の決め方を選んでください。"))
    row.wordings.all().delete()
    old, row.experiment = row.experiment, None
    save(row, "experiment")
    if old is not None and old.state == ExperimentState.DRAFT:
        old.delete()
    if len(wanted) >= 2:
        if not row.test_share:
            raise MailingInvalid(what=_("テストする割合を入力してください。"))
        row.experiment = _experiment(row, wanted, metric=metric, by=by)
        save(row, "experiment")
    audit.record("mailing_test_set", "mailing", row.pk, by=by, name=row.name, subjects=wanted)
    return row


@transaction.atomic
def choose_winner(mailing: Mailing, variant: ExperimentVariant, *, by: Member | None, reason: str = "") -> Mailing:
    """This function will send the rest of the audience one of the variants."""
    require(by, "mailings.send")
    row = locked(mailing, None)
    if row.experiment is None or row.experiment.state != ExperimentState.RUNNING:
        raise MailingLocked(state=row.get_state_display())
    experiments.decide(row.experiment, variant, reason=reason or _("配信の担当者が選びました。"), by=by)
    row.test_ends_at = None
    save(row, "test_ends_at")
    rest = Recipient.objects.filter(mailing=row, variant__isnull=True, state=RecipientState.WAITING)
    count = rest.update(due_at=clock.now())
    audit.record("mailing_winner_chosen", "mailing", row.pk, by=by, name=row.name, winner=variant.name, rest=count)
    return row


def decide_tests() -> int:
    """This function will choose the winner of every test whose time is up, or ask for a person's choice."""
    now = clock.now()
    due = Mailing.objects.filter(
        state=MailingState.SENDING, experiment__state=ExperimentState.RUNNING, test_ends_at__lte=now
    )
    decided = 0
    for mailing in due.select_related("experiment", "owner"):
        if not mailing.is_winner_by_rule:
            Mailing.objects.filter(pk=mailing.pk).update(test_ends_at=None)
            text = _("%(name)s：件名テストの結果が出ました。残りに配信する案を選んでください。") % {
                "name": mailing.name
            }
            notify([mailing.owner] if mailing.owner else [], kind="mailing", text=text, url=f"/mailings/{mailing.pk}/")
            continue
        scores = scores_of(mailing)
        best = max(scores, key=lambda one: (one.rate, -one.variant.position))
        percent = f"{best.rate * 100:.1f}"
        reason = _("待ち時間が終わり、%(name)sの率（%(percent)s%%）が最も高かったため。") % {
            "name": best.variant.name,
            "percent": percent,
        }
        choose_winner(mailing, best.variant, by=None, reason=reason)
        decided += 1
    return decided


@dataclass(frozen=True, slots=True)
class Score:
    """What one variant brought."""

    variant: ExperimentVariant
    subject: str
    sent: int
    hits: int

    @property
    def rate(self) -> float:
        return self.hits / self.sent if self.sent else 0.0


def scores_of(mailing: Mailing) -> list[Score]:
    """Return how many people got each variant, and how many of them did what counts; machines left out."""
    if mailing.experiment is None:
        return []
    column = METRICS.get(mailing.experiment.metric, "opened_at")
    rows = Recipient.objects.filter(mailing=mailing, variant__isnull=False).order_by().values("variant")
    counted = {
        row["variant"]: row
        for row in rows.annotate(
            sent=Count("pk", filter=Q(sent_at__isnull=False)),
            hits=Count("pk", filter=Q(**{f"{column}__isnull": False})),
        )
    }
    subjects = dict(mailing.wordings.values_list("variant", "subject"))
    scores = []
    for variant in mailing.experiment.variants.all():
        row = counted.get(variant.pk)
        sent, hits = (row["sent"], row["hits"]) if row else (0, 0)
        scores.append(Score(variant, subjects.get(variant.pk, ""), sent, hits))
    return scores


def _experiment(mailing: Mailing, subjects: Sequence[str], *, metric: str, by: Member | None) -> Experiment:
    drafts = [
        experiments.Draft(name=_("案%(letter)s") % {"letter": chr(ord("A") + place)}, note=subject[:300])
        for place, subject in enumerate(subjects)
    ]
    made = experiments.create_experiment(
        subject=Subject.MAIL,
        variants=drafts,
        by=by,
        name=_("%(name)sの件名テスト") % {"name": mailing.name[:100]},
        metric=metric,
        included=mailing.test_share,
        campaign=mailing.campaign,
        window_days=14,
    )
    for variant, subject in zip(made.variants.order_by("position"), subjects, strict=True):
        wording = Wording.objects.create(mailing=mailing, variant=variant, subject=subject)
        ExperimentVariant.objects.filter(pk=variant.pk).update(target_id=wording.pk)
    return made
