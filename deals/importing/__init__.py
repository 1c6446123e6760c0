"""What deals bring to the loading of tables: the targets “user”, “product”, “deal” and “inquiry” of the engine in `clients.importing`."""

from clients.importing import targets
from deals.importing.deals import DealTarget
from deals.importing.inquiries import InquiryTarget
from deals.importing.products import ProductTarget
from deals.importing.users import UserTarget


def declare() -> None:
    for target in (UserTarget, ProductTarget, DealTarget, InquiryTarget):
        targets.declare(target)
