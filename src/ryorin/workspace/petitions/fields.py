"""What routes may ask about a petition."""

from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Field, Type
from ryorin.workspace.approvals.rules import ApprovalKind
from ryorin.workspace.petitions.models import KIND, Category

APPROVALS = (
    ApprovalKind(
        name=KIND,
        label=_("一般稟議"),
        facts=(
            Field(name="amount", label=_("金額"), type=Type.MONEY),
            Field(name="category", label=_("区分"), type=Type.CHOICE, choices=tuple(Category.choices)),
            Field(name="text", label=_("内容"), type=Type.TEXT),
        ),
        icon="file-text",
    ),
)
