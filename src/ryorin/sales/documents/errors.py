from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class NotAPdf(Refusal):
    message = _("PDFファイルではないため、保管できません。")


class DocumentTooLarge(Refusal):
    message = _("文書が大きすぎます（%(limit)sMBまで）。")


class DocumentIssued(Refusal):
    status = 409
    message = _("%(number)s（第%(revision)s版）はすでに発行されています。発行した文書は変更できません。")


class CounterpartyMissing(Refusal):
    message = _("相手先の名前がないため、発行できません。")


class AmountOutOfRange(Refusal):
    message = _("金額が大きすぎるため、発行できません。明細を確かめてください。")
