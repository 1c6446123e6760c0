from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "salesexpert.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from salesexpert.accounts import checks, company, people  # noqa: F401  (registers)
        from salesexpert.outbox import kinds

        company.declare()
        people.watch()
        kinds.register_kinds(
            {"invitation": _("invitation"), "password_reset": _("password reset")}
        )
