"""Words for what people do with papers, catalogue, own firms and the library."""

from django.utils.translation import gettext_lazy as _

from deals.models import Contract, Document
from salesexpert.audit import subjects


def register() -> None:
    subjects.register_subject(Contract)
    subjects.register_subject(Document)
    subjects.register_verbs(
        {
            "deal.line": _("changed the products of the deal"),
            "offer.made": _("prepared an offer, version %(version)s"),
            "offer.countered": _("recorded the client's counter-offer"),
            "offer.accepted": _("recorded that the offer is accepted"),
            "offer.declined": _("recorded that the offer is declined"),
            "contract.prepared": _("prepared the contract"),
            "contract.changed": _("changed the contract"),
            "contract.in_review": _("sent the contract to the lawyer"),
            "contract.returned": _("returned the contract"),
            "contract.approved": _("approved the contract"),
            "contract.signed": _("recorded the signing of the contract"),
            "contract.ended": _("ended the contract"),
            "contract.remarked": _("left a remark on the contract"),
            "document.made": _("made the paper, version %(version)s"),
            "document.sent": _("sent the paper by e-mail"),
            "document.opened": _("opened the paper"),
            "firm.added": _("added an own firm"),
            "firm.changed": _("changed an own firm"),
            "firm.retired": _("retired an own firm"),
            "firm.offered": _("offered an own firm again"),
            "firm.account": _("changed a bank account of an own firm"),
            "firm.picture": _("changed a picture of an own firm"),
            "product.priced": _("set the price %(price)s from %(since)s"),
            "catalogue.exported": _("exported the catalogue"),
            "template.changed": _("changed a template of papers"),
            "material.added": _("added a material to the library"),
            "material.changed": _("changed a material of the library"),
            "material.archived": _("retired a material, or offered it again"),
            "material.opened": _("opened a material of the library"),
        }
    )
