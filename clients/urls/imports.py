from django.urls import path

from clients.views import imports

urlpatterns = [
    path("clients/import/", imports.import_page, name="import"),
    path("clients/import/<int:pk>/", imports.import_job, name="import_job"),
    path(
        "clients/import/<int:pk>/progress/",
        imports.import_progress,
        name="import_progress",
    ),
    path(
        "clients/import/<int:pk>/rejected.csv",
        imports.import_rejected,
        name="import_rejected",
    ),
    path(
        "clients/import/<int:pk>/discard/",
        imports.import_discard,
        name="import_discard",
    ),
]
