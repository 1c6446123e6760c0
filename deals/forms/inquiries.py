"""What people type when an inquiry becomes a deal."""

from typing import Any

from clients.models import Inquiry
from deals.forms.deals import NewDealForm
from salesexpert.accounts.models import User

ASKED = ("title", "process", "amount", "currency", "expected_on", "responsible", "interests", "note")  # fmt: skip


class ConvertForm(NewDealForm):
    """A new deal's form; its person, source and campaign are the inquiry's."""

    def __init__(self, data: Any = None, *, user: User, inquiry: Inquiry) -> None:
        assert inquiry.client is not None
        super().__init__(
            data,
            user=user,
            client=inquiry.client,
            initial={
                "responsible": inquiry.responsible_id or user.pk,
                "interests": list(inquiry.products.values_list("pk", flat=True)),
                "note": inquiry.text,
            },
        )
        for name in [n for n in self.fields if n not in ASKED]:
            del self.fields[name]
