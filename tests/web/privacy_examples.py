"""What addresses of privacy are about: a request of Ada's that is answered, an erasure, a leak, a tag."""

from collections.abc import Callable
from typing import Any

from tests.world import World

from ryorin.customers.people.actions import create_person
from ryorin.customers.privacy import actions
from ryorin.customers.privacy.actions.exporting import make_export
from ryorin.customers.privacy.models import Erasure, ExportState, Leak, PersonalExport, PrivacyRequest
from ryorin.lib import clock
from ryorin.lib.ids import new_id
from ryorin.marketing.tags.actions import add_tag, write_statement
from ryorin.marketing.tags.models import Statement, Tag

Examples = dict[str, Callable[[World], dict[str, Any]]]


def request_of(world: World) -> PrivacyRequest:
    """Return a request of Ada's that is open."""
    found = PrivacyRequest.objects.open().first()
    given = {"kind": "disclosure", "way": "phone", "name": "安達 栄太", "email": "ada@acme.example"}
    return found or actions.take_request(uid=new_id(), by=world.mei, **given)


def answered_of(world: World) -> PrivacyRequest:
    """Return a request that was answered."""
    found = PrivacyRequest.objects.filter(state="answered").first()
    if found is None:
        asked = actions.take_request(uid=new_id(), kind="correction", way="visit", name="安達 栄太", by=world.mei)
        asked = actions.check_identity(asked, how="known", by=world.mei, version=None)
        found = actions.answer_request(asked, outcome="granted", answer="直しました。", by=world.mei, version=None)
    return found


def export_of(world: World) -> PersonalExport:
    """Return an archive of what is kept about Ada."""
    found = PersonalExport.objects.filter(state=ExportState.DONE).first()
    if found is None:
        make_export(actions.ask_for_export(world.ada, by=world.mei))
        found = PersonalExport.objects.get()
    return found


def erasure_of(world: World) -> Erasure:
    """Return the erasure of somebody who wished it."""
    found = Erasure.objects.first()
    if found is None:
        gone = create_person(by=world.mei, family_name="消野", given_name="去子", email="gone@mail.example")
        found = actions.erase_person(gone, typed="消野 去子", by=world.tamura)
    return found


def leak_of(world: World) -> Leak:
    """Return a leak of today."""
    given = {"title": "メールの誤送信", "cause": "many", "known_on": clock.today(), "outline": "CCに入れて送信"}
    return Leak.objects.first() or actions.report_leak(by=world.mei, **given)


def tag_of(world: World) -> Tag:
    return Tag.objects.first() or add_tag(by=world.mei, ready="google_analytics")


def statement_of(world: World) -> Statement:
    """Return a statement of purpose."""
    found = Statement.objects.first()
    return found or write_statement(name="資料請求", text="資料の送付に利用します。", by=world.mei).statement


PRIVACY_EXAMPLES: Examples = {
    "privacy_request": lambda world: {"pk": request_of(world).pk},
    "privacy_request_pdf": lambda world: {"pk": answered_of(world).pk},
    "personal_export": lambda world: {"pk": export_of(world).pk},
    "erasure": lambda world: {"pk": erasure_of(world).pk},
    "leak": lambda world: {"pk": leak_of(world).pk},
    "leak_report": lambda world: {"pk": leak_of(world).pk, "which": "prompt"},
    "tag": lambda world: {"pk": tag_of(world).pk},
    "purpose_reword": lambda world: {"pk": statement_of(world).pk},
}
PRIVACY_POSTED: Examples = {
    "privacy_request_step": lambda world: {"step": "take", "version": request_of(world).version},
    "person_erase": lambda world: {"typed": world.ada.name},
    "retention": lambda world: {"key": "visitors", "months": "24", "is_active": "on", "version": 1},
    "leak_given": lambda world: {"which": "prompt", "version": leak_of(world).version},
    "notice_publish": lambda world: {"tag": tag_of(world).pk},
    "purpose_reword": lambda world: {
        "text": "資料の送付とご案内に利用します。",
        "version": statement_of(world).version,
    },
}
