from clients.models.activity import Activity, Commitment, FormerPerformer, Question
from clients.models.bin import BinEntry
from clients.models.bulk import BulkChange, BulkChunk, BulkItem
from clients.models.campaign import Campaign, CampaignCost, CampaignFile
from clients.models.client import Client
from clients.models.completeness import (
    CardDraft,
    CompletenessRule,
    Recount,
    RelationshipPolicy,
)
from clients.models.consents import Consent, ConsentText, Suppression, SuppressionKey
from clients.models.contact import Contact, ContactLink
from clients.models.dictionaries import (
    ActivityGoal,
    ActivityKind,
    ActivityResult,
    ClientGroup,
    Dimension,
    DimensionValue,
    Industry,
    InformationSource,
    LegalForm,
    Product,
    ProductCategory,
    Region,
    RelationshipType,
    TriggerEvent,
    Unit,
)
from clients.models.duplicates import (
    ChangedCard,
    MatchKey,
    SuspectedPair,
    TakeOverRequest,
)
from clients.models.file import ClientFile
from clients.models.fullness import FullnessChange, FullnessSum
from clients.models.importing import (
    ImportJob,
    ImportKey,
    ImportMapping,
    ImportMatch,
    ImportRow,
    ImportTrace,
)
from clients.models.inquiry import (
    DistributionRule,
    DistributionTurn,
    Inquiry,
    InquiryEntry,
    SiteForm,
)
from clients.models.joining import ClientMerge, ContactMerge
from clients.models.merging import ENTRY_UNDO, EntryMerge, EntryMergePart
from clients.models.own_fields import (
    CardLayout,
    OwnBlock,
    OwnChoice,
    OwnField,
    OwnValue,
)
from clients.models.person_requests import Erasure, PersonRequest
from clients.models.reach import ClientAddress, ClientSite, Email, Phone
from clients.models.segments import (
    ClientDimension,
    ClientProduct,
    RelationshipMove,
)
from clients.models.selection import Selection, SelectionMember

__all__ = [
    "ENTRY_UNDO",
    "Activity",
    "ActivityGoal",
    "ActivityKind",
    "ActivityResult",
    "BinEntry",
    "BulkChange",
    "BulkChunk",
    "BulkItem",
    "Campaign",
    "CampaignCost",
    "CampaignFile",
    "CardDraft",
    "CardLayout",
    "ChangedCard",
    "Client",
    "ClientAddress",
    "ClientDimension",
    "ClientFile",
    "ClientGroup",
    "ClientMerge",
    "ClientProduct",
    "ClientSite",
    "Commitment",
    "CompletenessRule",
    "Consent",
    "ConsentText",
    "Contact",
    "ContactLink",
    "ContactMerge",
    "Dimension",
    "DimensionValue",
    "DistributionRule",
    "DistributionTurn",
    "Email",
    "EntryMerge",
    "EntryMergePart",
    "Erasure",
    "FormerPerformer",
    "FullnessChange",
    "FullnessSum",
    "ImportJob",
    "ImportKey",
    "ImportMapping",
    "ImportMatch",
    "ImportRow",
    "ImportTrace",
    "Industry",
    "InformationSource",
    "Inquiry",
    "InquiryEntry",
    "LegalForm",
    "MatchKey",
    "OwnBlock",
    "OwnChoice",
    "OwnField",
    "OwnValue",
    "PersonRequest",
    "Phone",
    "Product",
    "ProductCategory",
    "Question",
    "Recount",
    "Region",
    "RelationshipMove",
    "RelationshipPolicy",
    "RelationshipType",
    "Selection",
    "SelectionMember",
    "SiteForm",
    "Suppression",
    "SuppressionKey",
    "SuspectedPair",
    "TakeOverRequest",
    "TriggerEvent",
    "Unit",
]
