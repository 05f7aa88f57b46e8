"""The key that seals, from a file or made here; templates, whose changes leave old contracts alone."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from tests.sales.contracts.conftest import sent, signature

from ryorin.lib import clock, pades
from ryorin.sales.contracts.actions import (
    create_template,
    import_key,
    make_key,
    save_template,
    sign_by_link,
    sign_for_us,
    use_template,
)
from ryorin.sales.contracts.errors import TemplateNameTaken, TemplateWrong
from ryorin.sales.contracts.models import Contract, SigningKey
from ryorin.sales.contracts.queries import latest_version, templates
from ryorin.sales.contracts.rules.wording import Clause
from ryorin.sales.documents.queries import content
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.models import Member


def file_of(key: pades.Key, password: str) -> bytes:
    """Return the key as a certificate authority hands it over."""
    private, certificate, _others = pkcs12.load_key_and_certificates(key.pkcs12, None)
    assert private is not None
    return pkcs12.serialize_key_and_certificates(
        b"key",
        private,  # type: ignore[arg-type]
        certificate,
        None,
        BestAvailableEncryption(password.encode()),
    )


def test_a_key_from_a_file_seals_from_then_on(contract: Contract, sato: Member, kimura: Member) -> None:
    brought = pades.made("認証済み株式会社", now=clock.now())
    key = import_key(file_of(brought, "himitsu"), password="himitsu", by=kimura)
    assert (key.is_self_made, key.fingerprint, key.is_current) == (False, brought.fingerprint, True)
    link = sent(contract, by=sato)
    sign_by_link(link.token, signature("安達 愛"))
    sign_for_us(contract, signature("佐藤 健"), by=sato, version=None)
    contract.refresh_from_db()
    assert contract.document is not None
    seal = pades.seal_in(content(contract.document))
    assert seal is not None
    assert (seal.is_intact, seal.fingerprint) == (True, brought.fingerprint)


def test_a_file_that_is_no_key_is_refused_in_words(kimura: Member) -> None:
    good = file_of(pades.made("両輪", now=clock.now()), "himitsu")
    old = file_of(pades.made("両輪", now=clock.now() - timedelta(days=4_000)), "himitsu")
    for content_, password, refusal in (
        (good, "chigau", pades.KeyPasswordWrong),
        (old, "himitsu", pades.KeyExpired),
        (b"hello", "", pades.KeyUnreadable),
        (b"0\x82garbage", "", pades.KeyUnreadable),
        (b"", "", pades.KeyUnreadable),
    ):
        with pytest.raises(refusal):
            import_key(content_, password=password, by=kimura)
    assert not SigningKey.objects.exists()


def test_only_administrators_touch_the_key(sato: Member) -> None:
    with pytest.raises(NotAllowed):
        make_key(by=sato)


def test_a_changed_template_leaves_old_contracts_alone(contract: Contract, sato: Member, kimura: Member) -> None:
    template = templates().get(name="売買契約書")
    before = latest_version(contract).clauses
    clauses = [Clause("目的", "{{お客様名}}に売る。")]
    changed = save_template(template, name="売買契約書", title="売買契約書", clauses=clauses, version=1, by=kimura)
    assert changed.revision == 2
    assert latest_version(contract).clauses == before
    use_template(contract, changed, by=sato, version=None)
    assert [one["heading"] for one in latest_version(contract).clauses] == ["目的"]
    with pytest.raises(StaleRecord):
        save_template(template, name="売買契約書", title="売買契約書", clauses=clauses, version=1, by=kimura)


def test_a_template_with_words_that_mean_nothing_is_refused(kimura: Member) -> None:
    templates()
    values = {"kind": "sale", "language": "ja", "title": "覚書", "by": kimura}
    with pytest.raises(TemplateWrong, match="なぞ"):
        create_template(name="覚書", clauses=[Clause("", "{{なぞ}}")], **values)  # type: ignore[arg-type]
    with pytest.raises(TemplateWrong):
        create_template(name="覚書", clauses=[], **values)  # type: ignore[arg-type]
    with pytest.raises(TemplateNameTaken):
        create_template(name="売買契約書", clauses=[Clause("", "x")], **values)  # type: ignore[arg-type]
