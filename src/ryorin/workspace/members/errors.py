from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from ryorin.lib.errors import Refusal


class NotAllowed(Refusal):
    status = 403
    message = _("この操作をする権限がありません。管理者に相談してください。")


class StaleRecord(Refusal):
    status = 409
    message = _("ほかの人が先に更新しました。最新の内容を確かめてから、もう一度保存してください。")


class ParticularsRefused(Refusal):
    """Some values cannot be stored; `errors` says for each field what is wrong with it."""

    message = _("%(problems)s")

    def __init__(self, errors: Mapping[str, Any]) -> None:
        self.errors = {name: str(problem) for name, problem in errors.items()}
        super().__init__(problems=" ".join(self.errors.values()))


class MemberExists(Refusal):
    status = 409
    message = _("%(email)s はすでに登録されています。")


class PasswordTooWeak(Refusal):
    message = _("このパスワードは使えません。%(reasons)s")


class LastAdministrator(Refusal):
    status = 409
    message = _("管理者が1人もいなくなります。先に、ほかのメンバーを管理者にしてください。")


class CannotDeactivateYourself(Refusal):
    status = 409
    message = _("自分自身の利用は停止できません。ほかの管理者に依頼してください。")


class CircularSuperiors(Refusal):
    status = 409
    message = _("%(name)sさんを上長にすると、上長をたどって一回りしてしまいます。ほかの人を選んでください。")


class TeamExists(Refusal):
    status = 409
    message = _("「%(name)s」という名前のチームがすでにあります。")


class TeamNameMissing(Refusal):
    message = _("チーム名を80文字以内で入力してください。")


class TeamInUse(Refusal):
    status = 409
    message = _("「%(name)s」はまだ使われています。メンバーや振り分けルールを先に移してください。")
