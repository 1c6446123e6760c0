"""What the journal of a client and of a contact person shows."""

from django.utils.translation import gettext_lazy as _

from clients.models import (
    Client,
    ClientAddress,
    ClientDimension,
    ClientProduct,
    ClientSite,
    Contact,
    ContactLink,
    Email,
    Phone,
)
from salesexpert.audit import subjects


def register() -> None:
    product_labels = {"kind": _("interest or purchase"), "since_on": _("since")}
    subjects.register_subject(
        Client,
        related=[
            (Phone, "client", "raw"),
            (Email, "client", "address"),
            (ClientAddress, "client", "text"),
            (ClientSite, "client", "url"),
            (ContactLink, "client", "contact"),
            (ClientProduct, "client", "product", product_labels),
            (ClientDimension, "client", "dimension", {"value": _("value")}),
        ],
    )
    subjects.register_subject(
        Contact,
        related=[
            (Phone, "contact", "raw"),
            (Email, "contact", "address"),
            (ContactLink, "contact", "client"),
        ],
    )
