"""Form fields for money and days as people here write them, and for records the member may see."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ryorin.lib.dates import parse_date
from ryorin.lib.money import decimals_of, to_decimal, to_minor
from ryorin.web.answers import MOST_DIGITS
from ryorin.web.context import company


class MoneyField(forms.Field):
    """An amount as text ("3,000,000", "¥300", full-width digits); its value is minor units, 0 for none."""

    def __init__(self, *, currency: str = "", **options: Any) -> None:
        self.currency = currency
        super().__init__(**options)
        self.widget.attrs |= {"inputmode": "decimal", "class": "r", "autocomplete": "off", "maxlength": "40"}

    def to_python(self, value: Any) -> int:
        text = str(value or "").strip()
        if not text:
            return 0
        try:
            return to_minor(text[:60], self.currency or company().currency)
        except ValueError:
            raise ValidationError(_("金額を数字で入力してください。")) from None

    def validate(self, value: Any) -> None:
        """An amount of nothing is an amount: only an empty box counts as missing."""

    def clean(self, value: Any) -> int:
        if self.required and not str(value or "").strip():
            raise ValidationError(self.error_messages["required"], code="required")
        return self.to_python(value)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        currency = self.currency or company().currency
        return f"{to_decimal(value, currency):,.{decimals_of(currency)}f}"


class DayField(forms.Field):
    """A day from the browser's date picker, or typed in any of the usual ways."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, date) or not value:
            return value or None
        try:
            return parse_date(str(value)[:40])
        except ValueError as error:
            raise ValidationError(str(error)) from None


class QuantityField(forms.DecimalField):
    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=12, decimal_places=3, min_value=Decimal(0), **options)
        self.error_messages["invalid"] = gettext_lazy("数量を数字で入力してください。")


class PickedField(forms.ModelChoiceField):
    """A record chosen by a search box: only one the member may see; its id travels in a hidden input."""

    widget = forms.HiddenInput

    def __init__(self, rows: QuerySet[Any], **options: Any) -> None:
        super().__init__(rows, **options)
        self.error_messages["invalid_choice"] = gettext_lazy("見つかりません。もう一度選んでください。")


def picked_in(form: forms.BaseForm, name: str) -> Any:
    """Return the record that a search box of the form shows as chosen, also while the rest of the form is wrong."""
    text = str(form[name].value() or "")
    field = form.fields[name]
    if not isinstance(field, PickedField) or field.queryset is None or not text.isdecimal() or len(text) > MOST_DIGITS:
        return None
    return field.queryset.filter(pk=int(text)).first()
