from django.urls import include, path

from salesexpert.core.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("salesexpert.desk.urls")),
    path("", include("salesexpert.core.urls")),
    path("", include("salesexpert.accounts.urls")),
    path("", include("salesexpert.audit.urls")),
    path("", include("salesexpert.outbox.urls")),
    path("", include("salesexpert.notices.urls")),
    path("", include("salesexpert.telephony.urls")),
    path("", include("clients.urls")),
    path("", include("pipeline.urls")),
    path("", include("pipeline.plan_urls")),
    path("", include("deals.urls")),
    path("", include("mailing.urls")),
    path("", include("analytics.urls")),
]

handler400 = "salesexpert.core.error_pages.bad_request"
handler403 = "salesexpert.core.error_pages.forbidden"
handler404 = "salesexpert.core.error_pages.not_found"
handler500 = "salesexpert.core.error_pages.failed"
