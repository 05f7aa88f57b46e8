"""What can be wrong with a condition, said so that a person can mend it."""

from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class UnknownField(Refusal):
    """A record type was asked for a field it does not have, or that this reader may not see."""

    message = _("「%(name)s」という項目はありません。")

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


class ConditionInvalid(Refusal):
    """A condition could not be read; `where` is the place in its JSON, such as $.all[2].value."""

    message = _("条件が正しくありません（%(where)s）：%(what)s")

    def __init__(self, what: object, *, where: str = "$") -> None:
        self.where = where
        super().__init__(where=where, what=what)


class ConditionUnanswerable(Refusal):
    """A condition is well formed, but what is asked does not hold what it asks about."""

    message = _("ここでは「%(what)s」を条件に使えません。")

    def __init__(self, what: object) -> None:
        super().__init__(what=what)
