"""Whether a PDF in somebody's hand is the one that was signed or issued here."""

import hashlib
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from ryorin.lib.pades import Sealed, seal_in
from ryorin.sales.contracts.models import ContractVersion, SigningKey
from ryorin.sales.documents.models import IssuedDocument
from ryorin.sales.documents.queries import by_hash


class Proof(TextChoices):
    GENUINE = "genuine", _("本物です")
    TAMPERED = "tampered", _("改ざんされています")
    UNKNOWN = "unknown", _("不明な文書です")


@dataclass(frozen=True, slots=True)
class Proven:
    """The verdict, what it rests on, and the document it is, where we know it."""

    verdict: Proof
    sha256: str
    document: IssuedDocument | None = None
    version: ContractVersion | None = None
    seal: Sealed | None = None


def prove(pdf: bytes) -> Proven:
    """Return whether the PDF is genuine (its bytes or our intact seal), tampered with (our seal, broken) or unknown."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    if document := by_hash(sha256):
        return Proven(Proof.GENUINE, sha256, document=document, seal=seal_in(pdf))
    if version := ContractVersion.objects.select_related("contract").filter(sha256=sha256).first():
        return Proven(Proof.GENUINE, sha256, version=version)
    seal = seal_in(pdf)
    if seal is None:
        return Proven(Proof.UNKNOWN, sha256)
    is_ours = not seal.fingerprint or SigningKey.objects.filter(fingerprint=seal.fingerprint).exists()
    if not is_ours:
        return Proven(Proof.UNKNOWN, sha256, seal=seal)
    return Proven(Proof.GENUINE if seal.is_intact else Proof.TAMPERED, sha256, seal=seal)
