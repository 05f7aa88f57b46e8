"""Deleting what marketing made: unused goes and comes back, used stays and says why."""

import pytest

from ryorin.lib.ids import new_id
from ryorin.marketing.pages.actions import (
    answer_form,
    close_form,
    create_form,
    delete_form,
    publish_form,
    restore_form,
)
from ryorin.marketing.pages.errors import FormInUse
from ryorin.marketing.pages.models import Form
from ryorin.workspace.members.errors import NotAllowed

pytestmark = pytest.mark.django_db
QUESTIONS = [{"name": "mail", "label": "メールアドレス", "type": "email", "required": True, "maps_to": "email"}]


def form_of(mei) -> Form:
    return create_form(by=mei, name="資料請求", slug="catalogue", title="資料請求", fields=QUESTIONS)


def test_a_form_nobody_answered_goes_and_comes_back(mei):
    entry = delete_form(form_of(mei), by=mei)
    assert not Form.objects.exists()

    assert restore_form(entry, by=mei).slug == "catalogue"


def test_a_form_that_is_open_or_was_answered_stays(mei):
    form = publish_form(form_of(mei), by=mei)
    with pytest.raises(FormInUse, match="公開中"):
        delete_form(form, by=mei)
    answer_form(form, {"mail": "ada@acme.example"}, uid=new_id())
    close_form(form, by=mei)

    with pytest.raises(FormInUse, match="回答"):
        delete_form(form, by=mei)


def test_sales_may_not_delete_forms(sato, mei):
    with pytest.raises(NotAllowed):
        delete_form(form_of(mei), by=sato)
