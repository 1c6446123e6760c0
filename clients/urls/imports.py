from django.urls import path

from clients.views import import_columns, import_decisions, imports

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
    path("clients/import/<int:pk>/stop/", imports.import_stop, name="import_stop"),
    path("clients/import/<int:pk>/go-on/", imports.import_go_on, name="import_go_on"),
    path(
        "clients/import/<int:pk>/revert/", imports.import_revert, name="import_revert"
    ),
    path(
        "clients/import/<int:pk>/decide/",
        import_decisions.decide,
        name="import_decide",
    ),
    path("clients/import/<int:pk>/words/", import_decisions.words, name="import_words"),
    path(
        "clients/import/<int:pk>/columns/",
        import_decisions.columns_again,
        name="import_columns_again",
    ),
    path(
        "clients/import/<int:pk>/use/",
        import_columns.use_columns,
        name="import_use_columns",
    ),
    path("clients/import/columns/", import_columns.columns, name="import_columns"),
    path(
        "clients/import/columns/<int:pk>/",
        import_columns.columns_edit,
        name="import_columns_edit",
    ),
    path(
        "clients/import/columns/<int:pk>/delete/",
        import_columns.columns_delete,
        name="import_columns_delete",
    ),
]
