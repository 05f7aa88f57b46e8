"""What became of what sales said: suggestions of today, one accepted and one declined where there are enough."""

from datetime import datetime, timedelta

from ryorin.alignment.feedback.actions import accept_suggestion, decline_suggestion, follow_feedback
from ryorin.alignment.feedback.queries import open_suggestions
from ryorin.demo.prospects import TOKYO
from ryorin.demo.staff import Staff
from ryorin.lib import clock

EARLIER = timedelta(days=40)
LEFT_OPEN = 2


def learn_from_sales(staff: Staff, *, now: datetime) -> None:
    """This function will read all that sales said; some of what it suggested forty days ago has been decided."""
    mei = staff.members["mei"]
    with clock.frozen(now - EARLIER):
        follow_feedback()
        found = open_suggestions()
        if len(found) > LEFT_OPEN:
            due_on = (now - EARLIER).astimezone(TOKYO).date() + timedelta(days=14)
            accept_suggestion(found[0], by=mei, owner=mei, due_on=due_on, note="次の配信から反映する")
        if len(found) > LEFT_OPEN + 1:
            decline_suggestion(found[1], by=staff.members["tamura"], reason="来期の予算取りに向けた施策のため、続ける")
    follow_feedback()
