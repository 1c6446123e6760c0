from django.urls import path

from analytics.views import reports

urlpatterns = [
    path("analytics/reports/", reports.index, name="reports"),
    path("analytics/contacts/", reports.contacts, name="contacts"),
    *(
        path(f"analytics/{name}/", reports.report, {"name": name}, name=name)
        for name in reports.REPORTS
    ),
]
