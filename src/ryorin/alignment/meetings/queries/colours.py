"""The colours of a meeting's papers: the company's own where it named one, and the three of the loop."""

import re

from ryorin.marketing.mail.models import SenderIdentity

AXLE, SOW, HARVEST, GREY, BAD, GOOD = "3B5BDB", "2B8A3E", "E07B00", "8B93A3", "C0262A", "237A35"
WHEELS = {"axle": AXLE, "sow": SOW, "harvest": HARVEST, "bad": BAD, "good": GOOD}
NOT_CHOSEN = "1f4e79"  # what a sender has before anybody chose a colour


def company_colour() -> str:
    """Return the company's colour as RRGGBB: that of the standard sender of mails where one was chosen, else indigo."""
    sender = SenderIdentity.objects.filter(is_default=True).first()
    colour = sender.colour.lstrip("#").lower() if sender else ""
    return colour.upper() if re.fullmatch(r"[0-9a-f]{6}", colour) and colour != NOT_CHOSEN else AXLE


def colour_of(wheel: str, *, own: str) -> str:
    """Return the colour of a line: what belongs to the axle wears the company's."""
    return own if wheel == "axle" else WHEELS.get(wheel, GREY)
