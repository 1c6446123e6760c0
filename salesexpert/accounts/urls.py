from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import include, path
from django.views.generic import RedirectView

from salesexpert.accounts.views import (
    company,
    departments,
    entrance,
    profile,
    roles,
    users,
)

# Names that allauth asks for; of its addresses only those that we need.
entrance_patterns = [
    path("login/", account.login, name="account_login"),
    path("login/code/", second_factor.authenticate, name="mfa_authenticate"),
    path("logout/", account.logout, name="account_logout"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("confirm/code/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path(
        "profile/second-factor/",
        RedirectView.as_view(pattern_name="accounts:security"),
        name="mfa_index",
    ),
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
    path("password/forgotten/", entrance.forgotten, name="forgotten"),
    path("password/forgotten/sent/", entrance.forgotten_sent, name="forgotten_sent"),
    path(
        "password/<slug:purpose>/<str:token>/",
        entrance.set_password,
        name="set_password",
    ),
    path("profile/", profile.profile, name="profile"),
    path("profile/security/", profile.security, name="security"),
    path("profile/sessions/end/", profile.end_sessions, name="end_sessions"),
    path("profile/sessions/<int:pk>/end/", profile.end_session, name="end_session"),
    path("settings/", company.settings_hub, name="settings"),
    path("settings/company/", company.company_settings, name="company"),
    path("settings/lockouts/", company.lockouts, name="lockouts"),
    path("settings/lockouts/unlock/", company.unlock, name="unlock"),
    path("settings/users/", users.user_list, name="users"),
    path("settings/users/new/", users.user_add, name="user_new"),
    path("settings/users/<int:pk>/", users.user_edit, name="user"),
    path("settings/users/<int:pk>/invite/", users.user_invite, name="user_invite"),
    path("settings/users/<int:pk>/off/", users.user_deactivate, name="user_deactivate"),
    path("settings/users/<int:pk>/on/", users.user_reactivate, name="user_reactivate"),
    path(
        "settings/users/<int:pk>/second-factor/",
        users.user_remove_second_factor,
        name="user_remove_second_factor",
    ),
    path("settings/departments/", departments.department_list, name="departments"),
    path(
        "settings/departments/new/", departments.department_edit, name="department_new"
    ),
    path(
        "settings/departments/<int:pk>/", departments.department_edit, name="department"
    ),
    path(
        "settings/departments/<int:pk>/remove/",
        departments.department_remove,
        name="department_remove",
    ),
    path("settings/roles/", roles.role_list, name="roles"),
    path("settings/roles/new/", roles.role_edit, name="role_new"),
    path("settings/roles/<int:pk>/", roles.role_edit, name="role"),
    path("settings/roles/<int:pk>/reset/", roles.role_reset, name="role_reset"),
    path("settings/roles/<int:pk>/remove/", roles.role_remove, name="role_remove"),
]

urlpatterns = [
    *entrance_patterns,
    path("", include((accounts_patterns, "accounts"))),
]
