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
            (
                "pipeline.manage_absences",
                _("Set absences and working hours of others"),
            ),
        ),
    ),
    (
        _("Inquiries"),
        (
            ("clients.view_inquiry", _("Read inquiries")),
            ("clients.add_inquiry", _("Write inquiries down")),
            ("clients.change_inquiry", _("Work on inquiries")),
            ("clients.assign_inquiry", _("Give inquiries to others")),
            ("clients.export_inquiries", _("Export inquiries")),
            ("clients.import_inquiries", _("Import inquiries")),
            (
                "clients.manage_intake",
                _("Set up forms of sites and distribution of inquiries"),
            ),
        ),
    ),
    (
        _("Campaigns"),
        (
            ("clients.view_campaign", _("Read campaigns, their costs and results")),
            ("clients.change_campaign", _("Plan campaigns and keep their budgets")),
        ),
    ),
    (
        _("Calls"),
        (
            (
                "telephony.view_call",
                _("See calls, and whom they are from while it rings"),
            ),
            ("telephony.manage_telephony", _("Connect telephone exchanges")),
        ),
    ),
    (
        _("Deals"),
        (
            ("deals.view_deal", _("Read deals")),
            ("deals.add_deal", _("Open new deals")),
            ("deals.change_deal", _("Change deals")),
            ("deals.move_deal", _("Move deals along the stages, end and pause them")),
            ("deals.change_responsible", _("Hand deals over to others")),
            ("deals.override_success", _("End a deal in success before its condition")),
            ("deals.reopen_deal", _("Reopen ended deals")),
            ("deals.delete_deal", _("Delete deals into the bin")),
            ("deals.view_margin", _("See cost and margin")),
            ("deals.export_deals", _("Export deals")),
            ("deals.import_deals", _("Import deals")),
            ("deals.bulk_change_deals", _("Change many deals at once")),
            ("deals.add_competitorprice", _("Record prices of competitors")),
            ("pipeline.manage_processes", _("Change processes, stages and norms")),
        ),
    ),
    (
        _("Papers"),
        (
            ("deals.add_offer", _("Prepare offers")),
            ("deals.change_offer", _("Change offers and record counter-offers")),
            ("deals.view_contract", _("Read contracts")),
            ("deals.add_contract", _("Prepare contracts")),
            ("deals.change_contract", _("Change contracts")),
            ("deals.approve_contract", _("Approve or return contracts")),
            ("deals.use_stamp", _("Put stamp and signature on papers")),
            ("deals.view_document", _("Open papers made from templates")),
            ("deals.add_document", _("Make and send papers")),
            ("deals.manage_templates", _("Change templates of papers")),
            (
                "deals.edit_template_source",
                _("See and change the source of templates"),
            ),
            ("deals.manage_library", _("Change the library of materials")),
            ("deals.manage_catalogue", _("Change products and prices")),
            ("deals.manage_own_firms", _("Change own firms, rates and accounts")),
        ),
    ),
    (
        _("Money"),
        (
            ("deals.view_invoice", _("Read invoices")),
            ("deals.add_invoice", _("Issue invoices")),
            (
                "deals.change_invoice",
                _("Change terms of invoices and planned receipts"),
            ),
            ("deals.cancel_invoice", _("Cancel invoices")),
            ("deals.view_payment", _("Read payments")),
            ("deals.add_payment", _("Record payments")),
            ("deals.change_payment", _("Correct payments and their distribution")),
            ("deals.load_statements", _("Load bank statements")),
            ("deals.view_delivery", _("Read deliveries")),
            ("deals.add_delivery", _("Record deliveries")),
            ("deals.view_receivables", _("Read debts of all clients")),
        ),
    ),
    (
        _("Mailing"),
        (
            ("mailing.view_mailing", _("See mailings")),
            ("mailing.run_mailings", _("Prepare and send mailings")),
            (
                "mailing.approve_mailings",
                _("Approve mailings to many and see those of others"),
            ),
            (
                "mailing.write_letters",
                _("Send single letters from the card and the deal"),
            ),
            (
                "mailing.manage_mail_templates",
                _("Change templates of letters and faxes"),
            ),
            (
                "mailing.exchange_groups",
                _("Hand groups to outside mailing services"),
            ),
        ),
    ),
    (
        _("Plans and pay"),
        (
            ("analytics.view_own_pay", _("See what one has earned")),
            ("analytics.view_pay", _("See what one's people have earned")),
            ("analytics.approve_pay", _("Approve and close months of pay")),
            ("analytics.manage_schemes", _("Change schemes of pay")),
            ("analytics.view_plans", _("See sales plans and KPI")),
            ("analytics.manage_plans", _("Set sales plans and KPI")),
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
            (
                "accounts.view_team_figures",
                _("Read the figures of one's own department"),
            ),
            ("accounts.view_journal", _("Read the journal of the whole company")),
            ("outbox.view_outbox", _("Read the letters that the system sends")),
            ("outbox.manage_mail", _("Set up mail servers and mailboxes")),
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
