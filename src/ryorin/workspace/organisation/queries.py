from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from ryorin.lib.postal import PREFECTURES
from ryorin.workspace.files.queries import content
from ryorin.workspace.organisation.models import Organisation


def current() -> Organisation:
    """Return the company's row; before the first-run page has been filled in, unsaved defaults."""
    return Organisation.objects.order_by("pk").first() or Organisation(name="Ryorin")


def is_set_up() -> bool:
    """Return whether the first-run page has been filled in."""
    return Organisation.objects.exists()


def closed_days() -> frozenset[date]:
    """Return the days the company itself is closed, besides weekends and national holidays."""
    return frozenset(date.fromisoformat(day) for day in current().closed_days)


@dataclass(frozen=True)
class Issuer:
    """The company as a document's sender: `data` for issuer() of the shared Typst pieces, `files` for pdf.render."""

    data: dict[str, object]
    files: dict[str, bytes]


def issuer(*, with_seal: bool = False, person: str = "") -> Issuer:
    """Return the company as the sender of a document; the seal only where somebody decided to stamp it."""
    company = current()
    prefecture = PREFECTURES.get(company.prefecture, "")
    lines = [
        f"〒{company.postal_code}" if company.postal_code else "",
        company.address if company.address.startswith(prefecture) else f"{prefecture}{company.address}",
        _("TEL %(number)s") % {"number": company.phone} if company.phone else "",
        _("登録番号 %(number)s") % {"number": company.registration_number} if company.registration_number else "",
        _("担当 %(name)s") % {"name": person} if person else "",
    ]
    data: dict[str, object] = {"name": company.name, "lines": [line for line in lines if line]}
    files: dict[str, bytes] = {}
    for place, file in (("logo", company.logo), ("seal", company.seal if with_seal else None)):
        if file is not None:
            name = f"{place}.{file.kind}"
            data[place], files[name] = name, content(file)
    return Issuer(data, files)
