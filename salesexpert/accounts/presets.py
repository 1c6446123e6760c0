"""Roles that every company starts with, and the rights that each kind of employee needs for his work."""

from dataclasses import dataclass

from salesexpert.accounts.choices import PresetRole, Scope


@dataclass(frozen=True, slots=True)
class Preset:
    """A role as the product brings it; an administrator may change the row and come back to this."""

    code: str
    name: str
    name_en: str
    permissions: tuple[str, ...]
    scope: str = Scope.ALL
    requires_second_factor: bool = False


READ = (
    "clients.view_client",
    "clients.view_contact",
    "clients.view_activity",
    "clients.view_clientfile",
    "deals.view_deal",
)
# Papers and money of the deals one works with.
READ_PAPERS = (
    "deals.view_contract",
    "deals.view_delivery",
    "deals.view_document",
    "deals.view_invoice",
    "deals.view_payment",
)
SELL = (
    *READ_PAPERS,
    "deals.add_deal",
    "deals.change_deal",
    "deals.move_deal",
    "deals.add_competitorprice",
    "deals.add_contract",
    "deals.add_delivery",
    "deals.add_document",
    "deals.add_invoice",
    "deals.add_offer",
    "deals.change_contract",
    "deals.change_invoice",
    "deals.change_offer",
    "deals.export_deals",
)
KEEP_MONEY = (
    "deals.add_payment",
    "deals.change_payment",
    "deals.load_statements",
    "deals.view_receivables",
)
LEAD_DEALS = (
    *SELL,
    *KEEP_MONEY,
    "deals.bulk_change_deals",
    "deals.cancel_invoice",
    "deals.change_responsible",
    "deals.delete_deal",
    "deals.import_deals",
    "deals.manage_catalogue",
    "deals.manage_library",
    "deals.manage_own_firms",
    "deals.manage_templates",
    "deals.override_success",
    "deals.reopen_deal",
    "deals.use_stamp",
    "deals.view_margin",
    "pipeline.manage_processes",
)
# Whoever may be paid by a scheme and has a plan sees his own.
OWN_PAY = ("analytics.view_own_pay", "analytics.view_plans")
LEAD_PAY = (
    *OWN_PAY,
    "analytics.approve_pay",
    "analytics.manage_plans",
    "analytics.manage_schemes",
    "analytics.view_pay",
)
# A mailing to many waits for who approves; single letters go at once.
SEND_MAIL = (
    "mailing.view_mailing",
    "mailing.run_mailings",
    "mailing.write_letters",
)
LEAD_MAIL = (
    *SEND_MAIL,
    "mailing.approve_mailings",
    "mailing.exchange_groups",
    "mailing.manage_mail_templates",
)
# Every department works on one client and writes what happened into one history.
RECORD = (
    *READ,
    "clients.add_activity",
    "clients.change_activity",
    "clients.delete_activity",
    "clients.add_clientfile",
    "clients.use_bin",
    "telephony.view_call",
)
KEEP_CARDS = (
    *RECORD,
    "clients.add_client",
    "clients.change_client",
    "clients.add_contact",
    "clients.change_contact",
    "clients.record_consent",
)
# Whoever lifts the receiver or reads the site's mail: everybody who keeps cards.
TAKE_INQUIRIES = (
    "clients.view_inquiry",
    "clients.add_inquiry",
    "clients.change_inquiry",
)
LEAD_INQUIRIES = (
    *TAKE_INQUIRIES,
    "clients.assign_inquiry",
    "clients.export_inquiries",
    "clients.import_inquiries",
    "clients.manage_intake",
)
READ_CAMPAIGNS = ("clients.view_campaign",)
KEEP_CAMPAIGNS = (*READ_CAMPAIGNS, "clients.change_campaign")
# What the law on personal data asks of whoever answers for it.
PRIVACY = (
    "clients.record_consent",
    "clients.manage_personal_data",
    "clients.erase_person",
)
LEAD = (
    *KEEP_CARDS,
    "clients.archive_client",
    "clients.delete_client",
    "clients.delete_contact",
    "clients.use_whole_bin",
    "clients.bulk_change",
    "clients.change_curator",
    "clients.delete_clientfile",
    "clients.export_clients",
    "clients.import_clients",
    "clients.manage_completeness",
    "clients.manage_dictionaries",
    "clients.merge_clients",
    "clients.plan_for_others",
    "clients.revert_imports",
    "clients.share_selection",
    "accounts.view_journal",
    "accounts.view_team_figures",
    "pipeline.manage_absences",
)
# Whose figures a head reads: a head of sales those of his department, whoever answers for the whole firm all of them.
WHOLE_FIRM = ("accounts.view_figures",)

PRESETS = (
    Preset(
        PresetRole.DIRECTOR,
        "Директор",
        "Director",
        (
            *LEAD,
            *WHOLE_FIRM,
            *LEAD_DEALS,
            *LEAD_INQUIRIES,
            *LEAD_PAY,
            *LEAD_MAIL,
            *READ_CAMPAIGNS,
            *PRIVACY[1:],
            "clients.change_others_activity",
            "clients.purge_bin",
            "outbox.view_outbox",
        ),
    ),
    Preset(
        PresetRole.HEAD_OF_SALES,
        "Руководитель отдела продаж",
        "Head of sales",
        (
            *LEAD,
            *LEAD_DEALS,
            *LEAD_INQUIRIES,
            *LEAD_PAY,
            *LEAD_MAIL,
            *READ_CAMPAIGNS,
            "clients.change_others_activity",
        ),
    ),
    Preset(
        PresetRole.HEAD_OF_MARKETING,
        "Руководитель маркетинга",
        "Head of marketing",
        (
            *LEAD,
            *WHOLE_FIRM,
            *LEAD_INQUIRIES,
            *LEAD_MAIL,
            *KEEP_CAMPAIGNS,
            *READ_PAPERS,
            "deals.export_deals",
            "deals.manage_library",
        ),
    ),
    Preset(
        PresetRole.SELLER,
        "Менеджер по продажам",
        "Sales manager",
        (
            *KEEP_CARDS,
            *SELL,
            *SEND_MAIL,
            *TAKE_INQUIRIES,
            *OWN_PAY,
            "clients.export_clients",
            "clients.plan_for_others",
        ),
    ),
    Preset(
        PresetRole.TELEMARKETER,
        "Телемаркетолог",
        "Telemarketer",
        (
            *KEEP_CARDS,
            *TAKE_INQUIRIES,
            *OWN_PAY,
            "mailing.write_letters",
            "clients.assign_inquiry",
            "clients.import_inquiries",
            "deals.add_deal",
            "deals.change_deal",
            "deals.move_deal",
            "clients.import_clients",
            "clients.plan_for_others",
            "clients.revert_imports",
        ),
    ),
    # Service notices interest and plans a manager: the right to plan for others is its up-sell.
    Preset(
        PresetRole.SERVICE,
        "Сервис",
        "Service",
        (
            *RECORD,
            *TAKE_INQUIRIES[:2],
            *OWN_PAY,
            "deals.add_deal",
            "deals.add_delivery",
            "deals.view_delivery",
            "clients.add_contact",
            "clients.change_contact",
            "clients.plan_for_others",
        ),
    ),
    Preset(
        PresetRole.ASSISTANT,
        "Ассистент менеджера",
        "Sales assistant",
        (
            *KEEP_CARDS,
            *SELL,
            *SEND_MAIL,
            *TAKE_INQUIRIES,
            *OWN_PAY,
            *KEEP_MONEY,
            "deals.use_stamp",
            "clients.export_clients",
            "clients.plan_for_others",
        ),
    ),
    Preset(
        PresetRole.LAWYER,
        "Юрист",
        "Lawyer",
        (
            *RECORD,
            *PRIVACY,
            "deals.view_contract",
            "deals.change_contract",
            "deals.approve_contract",
            "deals.add_document",
            "deals.manage_templates",
            "deals.view_document",
        ),
    ),
    Preset(
        PresetRole.ADMINISTRATOR,
        "Администратор",
        "Administrator",
        (
            *LEAD,
            *WHOLE_FIRM,
            *LEAD_DEALS,
            *LEAD_INQUIRIES,
            *LEAD_PAY,
            *LEAD_MAIL,
            *KEEP_CAMPAIGNS,
            *PRIVACY[1:],
            "clients.change_others_activity",
            "clients.purge_bin",
            "accounts.manage_users",
            "accounts.manage_roles",
            "accounts.manage_company",
            "clients.manage_own_fields",
            "telephony.manage_telephony",
            "deals.edit_template_source",
            "outbox.view_outbox",
            "outbox.manage_mail",
        ),
    ),
)

BY_CODE = {preset.code: preset for preset in PRESETS}
