from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Category(TextChoices):
    """What the firm or person is to us."""

    CLIENT = "client", _("client")
    SUPPLIER = "supplier", _("supplier")
    PARTNER = "partner", _("partner")
    COMPETITOR = "competitor", _("competitor")


class Initiative(TextChoices):
    """Who started the relationship."""

    OURS = "ours", _("our initiative")
    THEIRS = "theirs", _("they approached us")


class Interest(IntegerChoices):
    """Degree of interest of the prospect."""

    NONE = 0, _("no interest")
    LOW = 1, _("slight interest")
    MEDIUM = 2, _("interested")
    HIGH = 3, _("strong interest")


class Ladder(IntegerChoices):
    """Steps of the relationship: bought nothing, interest found, one sale, more than one sale."""

    COLD = 1, _("Cold")
    POTENTIAL = 2, _("Potential")
    CURRENT = 3, _("Current")
    REGULAR = 4, _("Regular")


class DecisionRole(TextChoices):
    DECIDES = "decides", _("decides")
    APPROVES = "approves", _("approves")
    INFLUENCES = "influences", _("influences")
    USES = "uses", _("uses")
    BUYS = "buys", _("handles purchasing")
    UNKNOWN = "", _("not known")


class PhoneKind(TextChoices):
    WORK = "work", _("work")
    MOBILE = "mobile", _("mobile")
    FAX = "fax", _("fax")
    OTHER = "other", _("other")


class AddressKind(TextChoices):
    LEGAL = "legal", _("registered address")
    POSTAL = "postal", _("postal address")
    DELIVERY = "delivery", _("delivery address")
    OFFICE = "office", _("office")


class ProductLinkKind(TextChoices):
    INTEREST = "interest", _("of interest")
    BOUGHT = "bought", _("bought")


class Direction(TextChoices):
    OUT = "out", _("outgoing")
    IN = "in", _("incoming")
    NONE = "", _("no direction")


class ActivityStatus(TextChoices):
    PLANNED = "planned", _("planned")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class ActivityCode(TextChoices):
    """Codes of the activity kinds that every company starts with (rows of `ActivityKind`)."""

    CALL = "call", _("Call")
    MEETING = "meeting", _("Meeting")
    DEMONSTRATION = "demonstration", _("Demonstration")
    LETTER = "letter", _("Letter")
    FAX = "fax", _("Fax")
    MESSAGE = "message", _("Message")
    EMAIL = "email", _("E-mail")
    DOCUMENTS = "documents", _("Documents sent")
    SATISFACTION = "satisfaction", _("Satisfaction study")
    SUPPORT = "support", _("Support")
    NOTE = "note", _("Note")
    INTERNAL = "internal", _("Internal meeting")


class BinKind(TextChoices):
    """What can be thrown away."""

    CLIENT = "client", _("Clients")
    CONTACT = "contact", _("Contact persons")
    ACTIVITY = "activity", _("History and plans")
    FILE = "file", _("Files")
    SELECTION = "selection", _("Selections")
    ENTRY = "entry", _("Dictionary entries")
    DEAL = "deal", _("Deals")


class CommitmentKind(TextChoices):
    AGREEMENT = "agreement", _("agreement")
    PROMISE = "promise", _("promise")


class ImportState(TextChoices):
    """What a person sees of an import: *deciding* waits for him, *queued* and *running* for a worker."""

    UPLOADED = "uploaded", _("waiting for the mapping")
    QUEUED = "queued", _("waiting for its turn")
    RUNNING = "running", _("running")
    DECIDING = "deciding", _("waiting for decisions")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("stopped")
    REVERTED = "reverted", _("reverted")


class ImportPhase(TextChoices):
    """Which work of an import is queued or running: looking for known clients, loading, or taking back."""

    CHECK = "check", _("looking for known clients")
    LOAD = "load", _("loading")
    REVERT = "revert", _("taking back")


class RowDecision(TextChoices):
    SKIP = "skip", _("pass over")
    UPDATE = "update", _("fill empty fields")
    CREATE = "create", _("open a new card")


class BulkDeed(TextChoices):
    """What a bulk change does to its field."""

    SET = "set", _("change")
    ADD = "add", _("add")
    REMOVE = "remove", _("take away")
    ARCHIVE = "archive", _("archive")
    RESTORE = "restore", _("restore")


class BulkState(TextChoices):
    PREVIEW = "preview", _("waiting for a decision")
    QUEUED = "queued", _("waiting for its turn")
    RUNNING = "running", _("running")
    STOPPED = "stopped", _("stopped")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class BulkOutcome(TextChoices):
    """What became of one card of a bulk change."""

    CHANGED = "changed", _("changed")
    OTHER = "other", _("changed by somebody else meanwhile")
    CLOSED = "closed", _("archived meanwhile")
    GONE = "gone", _("no longer within reach")
    VALUE = "value", _("the former value is no longer there")
    REFUSED = "refused", _("refused: something it needs is missing")


class OnMissing(TextChoices):
    """What happens when a card is saved without a required value."""

    WARN = "warn", _("save and warn")
    REFUSE = "refuse", _("do not save, keep as a draft")


class RecountState(TextChoices):
    QUEUED = "queued", _("waiting for its turn")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    SUPERSEDED = "superseded", _("begun anew")


class Fact(TextChoices):
    """What moves a client up the ladder by itself."""

    INTEREST = "interest", _("degree of interest noted")
    PRODUCT = "product", _("product of interest noted")
    RESULT = "result", _("interest shown in a talk")
    SALE = "sale", _("a sale")
    SALES = "sales", _("a further sale")


class CardOwner(TextChoices):
    """Whose fields the company may add to."""

    CLIENT = "client", _("Clients")
    CONTACT = "contact", _("Contact persons")
    DEAL = "deal", _("Deals")


class OwnFieldType(TextChoices):
    TEXT = "text", _("text")
    NUMBER = "number", _("number")
    DATE = "date", _("date")
    CHOICE = "choice", _("choice from a list")
    YES_NO = "yes_no", _("yes or no")


class PairLevel(IntegerChoices):
    """How much says that two cards are one firm."""

    PROBABLE = 1, _("probably one firm")
    LOOK = 2, _("worth a look")


class PairState(TextChoices):
    OPEN = "open", _("to be looked at")
    DISMISSED = "dismissed", _("not duplicates")
    MERGED = "merged", _("joined")


class TakeOverState(TextChoices):
    OPEN = "open", _("waits for a decision")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")
