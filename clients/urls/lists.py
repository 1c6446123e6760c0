from django.urls import path

from clients.views import lists, search, selections

urlpatterns = [
    path("clients/", lists.client_list, name="list"),
    path("clients/filters/", lists.filter_picker, name="list_filters"),
    path("clients/columns/", lists.columns, name="list_columns"),
    path("clients/selections/new/", selections.selection_new, name="selection_new"),
    path(
        "clients/selections/<int:pk>/",
        selections.selection_edit,
        name="selection_edit",
    ),
    path(
        "clients/selections/<int:pk>/delete/",
        selections.selection_delete,
        name="selection_delete",
    ),
    path("search/", search.search, name="search"),
]
