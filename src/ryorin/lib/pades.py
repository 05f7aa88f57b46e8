"""Signatures inside a PDF (PAdES, by pyHanko): making a key, reading one from a file, sealing, checking."""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.utils.translation import gettext_lazy as _

from ryorin.lib import clock
from ryorin.lib.errors import Refusal

KEY_BITS = 3072
VALID_DAYS = 3_650
FIELD = "Ryorin"


class KeyUnreadable(Refusal):
    message = _("証明書ファイルを読めません。PKCS#12（.p12 / .pfx）ファイルか、確かめてください。")


class KeyPasswordWrong(Refusal):
    message = _("証明書ファイルのパスワードが違います。")


class KeyWithoutCertificate(Refusal):
    message = _("このファイルには、秘密鍵か証明書が入っていません。秘密鍵を含めて書き出したファイルを選んでください。")


class KeyExpired(Refusal):
    message = _("この証明書の有効期限は %(until)s に切れています。新しい証明書を取り込んでください。")


class KeyNotYetValid(Refusal):
    message = _("この証明書は %(since)s から有効です。まだ使えません。")


class KeyNotForSigning(Refusal):
    message = _("この証明書は電子署名に使えません。RSA（2048ビット以上）か楕円曲線の、署名用の証明書を選んでください。")


class SealFailed(Refusal):
    status = 500
    message = _("PDFに電子署名を付けられませんでした。証明書の設定を確かめてください。")


@dataclass(frozen=True, slots=True)
class Key:
    """A key with its certificate: `pkcs12` without a password, to be locked before it is kept anywhere."""

    pkcs12: bytes
    certificate: str
    subject: str
    issuer: str
    fingerprint: str
    valid_from: datetime
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a signature in a PDF tells: whether nothing was changed since, by whose certificate, when."""

    is_intact: bool
    fingerprint: str
    subject: str
    at: datetime | None


def made(name: str, *, now: datetime) -> Key:
    """Return a new key whose certificate the company made for itself, valid for ten years."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    subject = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, name[:64]), x509.NameAttribute(NameOID.ORGANIZATION_NAME, name[:64])]
    )
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(private, hashes.SHA256())
    )
    return _key(private, certificate, [])


def read(content: bytes, *, password: str, now: datetime) -> Key:
    """Return the key in a PKCS#12 file; refuses a wrong password, a certificate out of date or not for signing."""
    if not content or content[0] != 0x30:
        raise KeyUnreadable()
    try:
        private, certificate, others = pkcs12.load_key_and_certificates(content, password.encode() or None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyPasswordWrong() if "password" in str(error).lower() else KeyUnreadable() from None
    if private is None or certificate is None:
        raise KeyWithoutCertificate()
    if certificate.not_valid_after_utc <= now:
        raise KeyExpired(until=f"{certificate.not_valid_after_utc:%Y/%m/%d}")
    if certificate.not_valid_before_utc > now:
        raise KeyNotYetValid(since=f"{certificate.not_valid_before_utc:%Y/%m/%d}")
    return _key(private, certificate, others)


def sealed(pdf: bytes, *, key: bytes, reason: str, place: str) -> bytes:
    """Return the PDF with a signature over all of it; one byte changed later breaks the signature."""
    # pyHanko takes a second to load: only those pay who seal or check
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign import signers
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.general import SigningError

    signer = signers.SimpleSigner.load_pkcs12_data(key, other_certs=[])
    if signer is None:
        raise SealFailed()
    about = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, reason=reason, location=place
    )
    try:
        output = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), about, signer=signer)
    except (SigningError, PdfError, ValueError):
        raise SealFailed() from None
    return bytes(output.getvalue())


def seal_in(pdf: bytes) -> Sealed | None:
    """Return what the last signature in the PDF tells, None where there is none or this is no PDF."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    try:
        signatures = PdfFileReader(io.BytesIO(pdf), strict=False).embedded_signatures
        if not signatures:
            return None
        last = signatures[-1]
        trusting = ValidationContext(trust_roots=[last.signer_cert])  # whose key it is, is asked by its fingerprint
        status = validate_pdf_signature(last, signer_validation_context=trusting)
    except SignatureValidationError:
        return Sealed(False, "", "", None)
    except Exception:  # whatever a damaged file makes the reader stumble over: it is no intact signature
        return Sealed(False, "", "", None) if b"/ByteRange" in pdf else None
    found = last.signer_cert
    is_whole = status.intact and status.valid and status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    return Sealed(is_whole, found.sha256.hex(), found.subject.human_friendly, last.self_reported_timestamp)


def _key(private: object, certificate: x509.Certificate, others: list[x509.Certificate]) -> Key:
    """Return the key; refuses kinds of keys and certificates that cannot sign documents."""
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise KeyNotForSigning()
    if isinstance(private, rsa.RSAPrivateKey) and private.key_size < 2048:
        raise KeyNotForSigning()
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        if not (usage.digital_signature or usage.content_commitment):
            raise KeyNotForSigning()
    except x509.ExtensionNotFound:
        pass
    content = pkcs12.serialize_key_and_certificates(
        b"ryorin", private, certificate, others, serialization.NoEncryption()
    )
    return Key(
        pkcs12=content,
        certificate=certificate.public_bytes(serialization.Encoding.PEM).decode(),
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
    )


def is_valid_now(valid_from: datetime, valid_until: datetime) -> bool:
    """Return whether a certificate with this validity may sign now."""
    return valid_from <= clock.now() < valid_until
