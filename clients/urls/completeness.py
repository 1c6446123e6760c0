from django.urls import path

from clients.views import completeness_reports as reports
from clients.views import completeness_rules as rules

urlpatterns = [
    path("settings/completeness/", rules.rules, name="rules"),
    path("settings/completeness/again/", rules.count_again, name="count_again"),
    path("settings/recounts/<slug:kind>/", rules.progress, name="recount_progress"),
    path("settings/ladder/", rules.ladder_rules, name="ladder_rules"),
    path("clients/completeness/", reports.completeness_report, name="completeness"),
    path("clients/ladder/", reports.ladder_report, name="ladder"),
    path("clients/ladder/moves/", reports.moves, name="ladder_moves"),
    path("clients/ladder/contacts/", reports.contacts_made, name="ladder_contacts"),
]  # fmt: skip
