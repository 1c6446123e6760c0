from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.usersessions import views as sessions
from django.urls import include, path

from salesexpert.accounts.views import entrance, profile

# Names that allauth asks for; of its addresses only those that we need.
entrance_patterns = [
    path("login/", account.login, name="account_login"),
    path("login/code/", second_factor.authenticate, name="mfa_authenticate"),
    path("logout/", account.logout, name="account_logout"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("confirm/code/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("profile/sessions/", sessions.list_usersessions, name="usersessions_list"),
    path("profile/second-factor/", second_factor.index, name="mfa_index"),
    path("profile/second-factor/add/", totp.activate_totp, name="mfa_activate_totp"),
    path(
        "profile/second-factor/remove/",
        totp.deactivate_totp,
        name="mfa_deactivate_totp",
    ),
    path(
        "profile/second-factor/codes/",
        recovery.view_recovery_codes,
        name="mfa_view_recovery_codes",
    ),
    path(
        "profile/second-factor/codes/new/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "profile/second-factor/codes/file/",
        recovery.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]

accounts_patterns = [
    path("language/", entrance.language, name="language"),
    path("theme/", profile.theme, name="theme"),
]

urlpatterns = [
    *entrance_patterns,
    path("", include((accounts_patterns, "accounts"))),
]
