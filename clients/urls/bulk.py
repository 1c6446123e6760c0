from django.urls import path

from clients.bulk.change_pages import change_pages
from clients.bulk.client_records import CLIENTS
from clients.views import bulk

urlpatterns = [
    path("clients/bulk/", bulk.bulk_list, name="bulk"),
    path("clients/bulk/new/", bulk.bulk_form, name="bulk_form"),
    *change_pages(CLIENTS, bulk.PERMISSIONS, "clients/bulk/"),
]
