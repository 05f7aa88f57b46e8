"""Who decides for those who are absent."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.workspace.approvals.errors import ProxyInvalid
from ryorin.workspace.approvals.models import Proxy
from ryorin.workspace.approvals.queries import kinds as all_kinds
from ryorin.workspace.approvals.rules import problem_with_proxy
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.notifications.actions import notify

MOST_PROXIES = 20


@transaction.atomic
def add_proxy(
    member: Member,
    *,
    by: Member | None,
    stand_in: Member | None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    kinds: Sequence[str] = (),
) -> Proxy:
    """This function will let another member decide for one who is absent; without dates, while they are away."""
    if by is not None and by.pk != member.pk:
        require(by, "approvals.reroute")
    stand_in_id = stand_in.pk if stand_in else None
    problem = problem_with_proxy(member_id=member.pk, stand_in_id=stand_in_id, starts_on=starts_on, ends_on=ends_on)
    if problem:
        raise ProxyInvalid(problem)
    if stand_in is None or not stand_in.is_active:
        raise ProxyInvalid(_("利用を停止されている人は、代理にできません。"))
    if unknown := set(kinds) - set(all_kinds()):
        raise ProxyInvalid(_("「%(kind)s」という申請の種類はありません。") % {"kind": sorted(unknown)[0][:40]})
    Member.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if Proxy.objects.filter(member=member).count() >= MOST_PROXIES:
        raise ProxyInvalid(_("代理は%(most)s件までです。終わったものを取り消してください。") % {"most": MOST_PROXIES})
    proxy, _created = Proxy.objects.get_or_create(
        member=member,
        stand_in=stand_in,
        starts_on=starts_on,
        ends_on=ends_on,
        kinds=sorted(kinds),
        defaults={"created_at": clock.now()},
    )
    facts = {"stand_in": stand_in.name, "starts_on": starts_on, "ends_on": ends_on, "kinds": sorted(kinds)}
    audit.record("proxy_added", "member", member.pk, by=by, name=member.name, **facts)
    text = _("%(name)sさんの承認の代理になりました") % {"name": member.name}
    notify([stand_in], kind="approval", text=text, url="/approvals/")
    return proxy


@transaction.atomic
def end_proxy(proxy: Proxy, *, by: Member | None) -> None:
    """This function will end a stand-in; what they decided stays."""
    if by is not None and by.pk != proxy.member_id:
        require(by, "approvals.reroute")
    removed, _rows = Proxy.objects.filter(pk=proxy.pk).delete()
    if removed:
        facts = {"name": proxy.member.name, "stand_in": proxy.stand_in.name}
        audit.record("proxy_ended", "member", proxy.member_id, by=by, **facts)
