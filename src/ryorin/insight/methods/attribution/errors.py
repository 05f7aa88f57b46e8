from django.utils.translation import gettext_lazy as _

from ryorin.insight.methods.errors import TooLittleKnown


class NoPaths(TooLittleKnown):
    reason = "no_paths"
    message = _("接点の記録がないため、チャネルの貢献を計算できません。")


class PathsInvalid(TooLittleKnown):
    reason = "paths_invalid"
    message = _("接点の表を読めません：%(what)s")


class NoAges(TooLittleKnown):
    reason = "no_ages"
    message = _("接点から成約までの日数がないため、時間減衰では計算できません。")
