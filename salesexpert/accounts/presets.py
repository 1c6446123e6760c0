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
)
# Every department works on one client and writes what happened into one history.
RECORD = (
    *READ,
    "clients.add_activity",
    "clients.change_activity",
    "clients.delete_activity",
    "clients.add_clientfile",
    "clients.use_bin",
)
KEEP_CARDS = (
    *RECORD,
    "clients.add_client",
    "clients.change_client",
    "clients.add_contact",
    "clients.change_contact",
    "clients.record_consent",
)
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
    "accounts.view_figures",
    "accounts.view_journal",
)

PRESETS = (
    Preset(
        PresetRole.DIRECTOR,
        "Директор",
        "Director",
        (
            *LEAD,
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
        (*LEAD, "clients.change_others_activity"),
    ),
    Preset(
        PresetRole.HEAD_OF_MARKETING,
        "Руководитель маркетинга",
        "Head of marketing",
        LEAD,
    ),
    Preset(
        PresetRole.SELLER,
        "Менеджер по продажам",
        "Sales manager",
        (*KEEP_CARDS, "clients.export_clients", "clients.plan_for_others"),
    ),
    Preset(
        PresetRole.TELEMARKETER,
        "Телемаркетолог",
        "Telemarketer",
        (
            *KEEP_CARDS,
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
            "clients.add_contact",
            "clients.change_contact",
            "clients.plan_for_others",
        ),
    ),
    Preset(
        PresetRole.ASSISTANT,
        "Ассистент менеджера",
        "Sales assistant",
        (*KEEP_CARDS, "clients.export_clients", "clients.plan_for_others"),
    ),
    Preset(PresetRole.LAWYER, "Юрист", "Lawyer", (*RECORD, *PRIVACY)),
    Preset(
        PresetRole.ADMINISTRATOR,
        "Администратор",
        "Administrator",
        (
            *LEAD,
            *PRIVACY[1:],
            "clients.change_others_activity",
            "clients.purge_bin",
            "accounts.manage_users",
            "accounts.manage_roles",
            "accounts.manage_company",
            "clients.manage_own_fields",
            "outbox.view_outbox",
        ),
    ),
)

BY_CODE = {preset.code: preset for preset in PRESETS}
