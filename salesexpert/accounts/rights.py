"""What rights are called, in the groups in which an administrator ticks them."""

from django.utils.translation import gettext_lazy as _

GROUPS = (
    (
        _("Clients"),
        (
            ("clients.view_client", _("Read cards")),
            ("clients.add_client", _("Add clients")),
            ("clients.change_client", _("Change cards")),
            ("clients.archive_client", _("Archive and restore cards")),
            ("clients.delete_client", _("Delete cards into the bin")),
            ("clients.change_curator", _("Change a client's curator")),
            ("clients.merge_clients", _("Join duplicate cards")),
            ("clients.view_all_clients", _("Read every card whatever the scope")),
        ),
    ),
    (
        _("Contact persons"),
        (
            ("clients.view_contact", _("Read contact persons")),
            ("clients.add_contact", _("Add contact persons")),
            ("clients.change_contact", _("Change contact persons")),
            ("clients.delete_contact", _("Delete contact persons into the bin")),
        ),
    ),
    (
        _("History and plans"),
        (
            ("clients.view_activity", _("Read the history")),
            ("clients.add_activity", _("Record and plan work")),
            ("clients.change_activity", _("Change what one recorded or planned")),
            (
                "clients.change_others_activity",
                _("Change what others recorded or planned"),
            ),
            (
                "clients.delete_activity",
                _("Delete into the bin what one may change"),
            ),
            ("clients.plan_for_others", _("Plan work for other people")),
        ),
    ),
    (
        _("Files"),
        (
            ("clients.view_clientfile", _("Open files")),
            ("clients.add_clientfile", _("Add files")),
            ("clients.delete_clientfile", _("Remove files")),
        ),
    ),
    (
        _("Lists"),
        (
            ("clients.export_clients", _("Export lists")),
            ("clients.import_clients", _("Import lists")),
            ("clients.bulk_change", _("Change many cards at once")),
            ("clients.revert_imports", _("Take imports back")),
            ("clients.share_selection", _("Share selections with everyone")),
            ("clients.manage_dictionaries", _("Change dictionaries")),
            ("clients.manage_completeness", _("Set what a card must contain")),
        ),
    ),
    (
        _("Bin"),
        (
            ("clients.use_bin", _("Open the bin and take back what one deleted")),
            ("clients.use_whole_bin", _("See and take back what others deleted")),
            ("clients.purge_bin", _("Remove things from the bin for ever")),
        ),
    ),
    (
        _("Personal data"),
        (
            ("clients.record_consent", _("Record consents and their withdrawal")),
            (
                "clients.manage_personal_data",
                _("Answer persons about their data, stop, take off the stop list"),
            ),
            ("clients.erase_person", _("Erase a person's data")),
        ),
    ),
    (
        _("Company"),
        (
            ("accounts.view_figures", _("Read the figures of all departments")),
            ("accounts.view_journal", _("Read the journal of the whole company")),
            ("outbox.view_outbox", _("Read the letters that the system sends")),
        ),
    ),
    (
        _("Administration"),
        (
            ("accounts.manage_users", _("Add and change users and departments")),
            ("accounts.manage_roles", _("Change roles and their rights")),
            ("accounts.manage_company", _("Change the company's settings")),
            (
                "clients.manage_own_fields",
                _("Change own fields and arrange the card"),
            ),
        ),
    ),
)
KNOWN = frozenset(name for label, rights in GROUPS for name, right in rights)
