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
    OwnValue,
    Phone,
)
from salesexpert.audit import subjects
from salesexpert.outbox import kinds as letter_kinds

_BIN = (
    ("client", "thrown", _("card deleted into the bin")),
    ("client", "taken_back", _("card taken back from the bin")),
    ("client", "removed", _("card removed for ever")),
    ("client", "archived_instead", _("card moved from the bin to the archive")),
    ("contact", "thrown", _("contact person deleted into the bin")),
    ("contact", "taken_back", _("contact person taken back from the bin")),
    ("contact", "removed", _("contact person removed for ever")),
    ("contact", "archived_instead", _("contact person moved from the bin to the archive")),
    ("activity", "thrown", _("entry of the history deleted into the bin")),
    ("activity", "taken_back", _("entry of the history taken back from the bin")),
    ("activity", "removed", _("entry of the history removed for ever")),
    ("file", "thrown", _("file deleted into the bin")),
    ("file", "taken_back", _("file taken back from the bin")),
    ("file", "removed", _("file removed for ever")),
    ("file", "archived_instead", _("file moved from the bin to the archive")),
    ("selection", "frozen", _("list of clients frozen: %(name)s, %(count)s")),
    ("selection", "thrown", _("selection deleted into the bin")),
    ("selection", "taken_back", _("selection taken back from the bin")),
    ("selection", "removed", _("selection removed for ever")),
    ("entry", "thrown", _("dictionary entry “%(name)s” deleted into the bin")),
    ("entry", "taken_back", _("dictionary entry “%(name)s” taken back from the bin")),
    ("entry", "removed", _("dictionary entry “%(name)s” removed for ever")),
    ("entry", "archived_instead", _("dictionary entry “%(name)s” retired from the bin")),
)  # fmt: skip


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
            (OwnValue, "client", "field"),
        ],
    )
    subjects.register_subject(
        Contact,
        related=[
            (Phone, "contact", "raw"),
            (Email, "contact", "address"),
            (ContactLink, "contact", "client"),
            (OwnValue, "contact", "field"),
        ],
    )
    letter_kinds.register_kinds({"take_over": _("request to take over")})
    subjects.register_verbs(
        {
            "client.created": _("card opened"),
            "own_field.added": _("own field added: %(name)s"),
            "own_field.changed": _("own field changed: %(name)s"),
            "own_field.retired": _("own field retired: %(name)s"),
            "own_field.restored": _("own field brought back: %(name)s"),
            "own_field.removed": _("own field removed: %(name)s"),
            "own_field.ordered": _("own fields put in another order"),
            "own_block.saved": _("block of own fields saved: %(name)s"),
            "own_block.removed": _("block of own fields removed: %(name)s"),
            "card.arranged": _("card arranged for a role"),
            "card.arranged_anew": _("arrangement of the card reset"),
            "client.archived": _("card archived"),
            "client.restored": _("card restored"),
            "client.curator_changed": _("curator changed"),
            "client.relationship_moved": _("relationship moved"),
            "client.merged": _("joined with card No. %(loser)s"),
            "client.merged_away": _("became part of card No. %(survivor)s"),
            "client.merge_undone": _("joining of cards undone"),
            "client.not_duplicates": _("called no duplicate of card No. %(other)s"),
            "client.duplicates_after_all": _(
                "may again be a duplicate of card No. %(other)s"
            ),
            "client.take_over_asked": _("asked to take the client over"),
            "client.take_over_withdrawn": _("withdrew the request to take over"),
            "client.take_over_refused": _("refused the request to take over"),
            "client.take_over_accepted": _("accepted the request to take over"),
            "contact.merged": _("joined with person No. %(loser)s"),
            "contact.merged_away": _("became part of person No. %(survivor)s"),
            "contact.merge_undone": _("joining of persons undone"),
            "client.confirmed": _("card looked through and confirmed"),
            "completeness.changed": _("rules of completeness changed"),
            "ladder.changed": _("rules of the ladder changed"),
            "clients.exported": _("list exported"),
            "clients.bulk_changed": _("many cards changed at once: %(count)s"),
            "clients.bulk_undone": _("bulk change undone, cards: %(count)s"),
            "clients.bulk_stopped": _("bulk change stopped"),
            "contact.created": _("contact person entered"),
            "contact.linked": _("contact person linked"),
            "contact.left": _("contact person left"),
            "contact.archived": _("contact person archived"),
            "contact.restored": _("contact person restored"),
            "consent.given": _("consent entered"),
            "consent.withdrawn": _("consent withdrawn"),
            "consent_text.added": _("wording of a consent added"),
            "consent_text.retired": _("wording of a consent retired"),
            "person.advertising_stopped": _("advertising to the person stopped"),
            "person.unsubscribed": _("unsubscribed by the link in a letter"),
            "person.chose_ways": _(
                "chose by the link in a letter how advertising reaches him"
            ),
            "person.do_not_call": _("the person asked not to be called"),
            "person.may_be_called": _("the person may be called again"),
            "person.stopped": _("processing of the person's data stopped"),
            "person.exported": _("what is held of the person exported"),
            "person.request_entered": _("request of the person entered"),
            "person.request_prolonged": _("term of a request prolonged"),
            "person.request_answered": _("request of the person answered"),
            "person.erasure_decided": _("erasure of the person's data decided"),
            "person.erased": _("personal data erased, act № %(act)s"),
            "file.added": _("file added"),
            "file.opened": _("file opened"),
            "activity.cancelled": _("entry of the history cancelled"),
            "activity.edited": _("entry of the history edited"),
            "activity.rescheduled": _("planned work moved"),
            "commitment.settled": _("promise settled"),
            "question.answered": _("question answered"),
            **{f"bin.{kind}.{deed}": label for kind, deed, label in _BIN},
            "entry.added": _("dictionary entry “%(name)s” added"),
            "entry.changed": _("dictionary entry “%(name)s” changed"),
            "entry.retired": _("dictionary entry “%(name)s” retired"),
            "entry.taken_up": _("dictionary entry “%(name)s” offered again"),
            "entry.merged": _(
                "dictionary entry “%(name)s” merged into “%(into_name)s”"
            ),
            "entry.unmerged": _(
                "merge of dictionary entry “%(name)s” into “%(into_name)s” taken back"
            ),
            "import.started": _("import started"),
            "import.finished": _("import finished"),
            "import.thrown_away": _("import thrown away"),
            "import.stopped": _("import stopped"),
            "import.revert_started": _("taking back an import started"),
            "import.reverted": _("import taken back"),
        }
    )
    subjects.register_tasks(
        {
            "clients.import": _("import"),
            "clients.import_revert": _("taking back an import"),
        }
    )
    subjects.register_tasks({"clients.erase": _("erasure of personal data")})
    subjects.register_tasks(
        {
            "bin.purge": _("emptying of the bin"),
            "dictionaries.merge": _("merge of dictionary entries"),
        }
    )
    subjects.register_tasks({"clients.bulk": _("bulk change")})
