from django.urls import path

from clients.views import bulk

urlpatterns = [
    path("clients/bulk/", bulk.bulk_list, name="bulk"),
    path("clients/bulk/new/", bulk.bulk_form, name="bulk_form"),
    path("clients/bulk/<int:pk>/", bulk.bulk_change, name="bulk_change"),
    path("clients/bulk/<int:pk>/progress/", bulk.bulk_progress, name="bulk_progress"),
    path("clients/bulk/<int:pk>/begin/", bulk.bulk_begin, name="bulk_begin"),
    path("clients/bulk/<int:pk>/forget/", bulk.bulk_forget, name="bulk_forget"),
    path("clients/bulk/<int:pk>/stop/", bulk.bulk_stop, name="bulk_stop"),
    path("clients/bulk/<int:pk>/go-on/", bulk.bulk_go_on, name="bulk_go_on"),
    path("clients/bulk/<int:pk>/undo/", bulk.bulk_undo, name="bulk_undo"),
]
