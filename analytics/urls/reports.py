from django.urls import path

from analytics.views import reports, sendings

urlpatterns = [
    path("analytics/reports/", reports.index, name="reports"),
    path("analytics/contacts/", reports.contacts, name="contacts"),
    path("analytics/sendings/", sendings.page, name="sendings"),
    path("analytics/sendings/new/", sendings.new, name="sending_new"),
    path("analytics/sendings/<int:pk>/", sendings.edit, name="sending"),
    path("analytics/sendings/<int:pk>/switch/", sendings.switch, name="sending_switch"),
    path("analytics/sendings/<int:pk>/delete/", sendings.delete, name="sending_delete"),
    path("analytics/sendings/<int:pk>/leave/", sendings.leave, name="sending_leave"),
    *(
        path(f"analytics/{name}/", reports.report, {"name": name}, name=name)
        for name in reports.REPORTS
    ),
]
