"""What `outbox.js` says while something typed is on its way."""

from django.utils.translation import gettext as _


def words(**own: str) -> dict[str, str]:
    """Return the words by name; `own` are those of the page."""
    return {
        "saved": _("すべて保存しました"),
        "sending": _("保存しています…"),
        "unsent": _("未送信 %(count)s件。つながり次第、自動で送ります。"),
        "stuck": _("要確認 %(count)s件"),
        "other": _("%(name)sさんが記入しました。"),
        **own,
    }
