"""All that is kept about a person as one archive: asked for by somebody, made by the worker, removed after a month."""

import os
import tempfile
import zipfile
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.customers.people.models import Person
from ryorin.customers.privacy.models import ExportState, PersonalExport, PrivacyRequest, RequestEvent
from ryorin.customers.privacy.queries.archive import Table, count_of_tables, files_about, folder, tables_about
from ryorin.customers.privacy.rules import EXPORT_DAYS
from ryorin.lib import clock
from ryorin.workspace.audit.actions import record
from ryorin.workspace.files.errors import FileMissing
from ryorin.workspace.files.queries import content
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.notifications.actions import notify


@transaction.atomic
def ask_for_export(person: Person, *, by: Member | None, request: PrivacyRequest | None = None) -> PersonalExport:
    """This function will have everything kept about the person put into one archive; one that waits is the same."""
    require(by, "privacy.handle")
    person = Person.objects.select_for_update().get(pk=person.pk)
    waiting = PersonalExport.objects.filter(person=person, state=ExportState.WAITING).first()
    if waiting is not None:
        return waiting
    now = clock.now()
    export = PersonalExport.objects.create(
        person=person,
        request=request,
        total=count_of_tables(),
        asked_by=by,
        asked_at=now,
        expires_at=now + timedelta(days=EXPORT_DAYS),
    )
    record("personal_export_asked", "person", person.pk, by=by)
    if request is not None:
        RequestEvent.objects.create(request=request, at=now, what="export_asked", by=by)
    return export


def make_export(export: PersonalExport, *, further: Iterable[Table] = ()) -> None:
    """This function will write the archive; killed in between it is written anew. `further` are tables from history."""
    folder().mkdir(parents=True, exist_ok=True)
    descriptor, unfinished = tempfile.mkstemp(dir=folder(), prefix=".unfinished-")
    rows = done = 0
    try:
        with os.fdopen(descriptor, "wb") as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            contents = []
            for table in (*tables_about(export.person), *further):
                archive.writestr(f"{table.name}.json", table.as_json())
                archive.writestr(f"{table.name}.csv", table.as_csv())
                contents.append(f"{table.name}\t{table.label}\t{len(table.rows)}")
                rows, done = rows + len(table.rows), done + 1
                PersonalExport.objects.filter(pk=export.pk).update(done=done, rows=rows)
            for file in files_about(export.person):
                try:
                    archive.writestr(f"files/{file.pk}-{file.name}", content(file))
                except FileMissing:
                    contents.append(f"files/{file.pk}-{file.name}\t{_('ファイルが見つかりません')}\t0")
            archive.writestr("README.txt", "\ufeff" + "\r\n".join(contents) + "\r\n")
        name = f"{export.pk}-{os.urandom(8).hex()}.zip"
        os.replace(unfinished, folder() / name)
    except BaseException:
        os.unlink(unfinished)
        raise
    with transaction.atomic():
        size = (folder() / name).stat().st_size
        PersonalExport.objects.filter(pk=export.pk).update(
            state=ExportState.DONE, file=name, size=size, rows=rows, done=done
        )
        record("personal_export_made", "person", export.person_id, by=None, rows=rows)
        if export.asked_by:
            text = _("%(name)sさんの保有データの出力ができました。") % {"name": export.person.name}
            notify([export.asked_by], kind="personal_export", text=text, url=f"/people/{export.person_id}/privacy/")


def remove_old_exports() -> int:
    """This function will remove archives whose month is over, and files that belong to none."""
    old = list(PersonalExport.objects.filter(expires_at__lt=clock.now()))
    for export in old:
        if export.file:
            (folder() / export.file).unlink(missing_ok=True)
        export.delete()
    return len(old)
