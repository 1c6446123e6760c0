"""Addresses of the client base, one module a subject."""

from clients.urls import (
    bulk,
    cards,
    completeness,
    contacts,
    duplicates,
    history,
    imports,
    inquiries,
    lists,
    personal_data,
    settings,
    settings_own,
)

app_name = "clients"
# Order matters only where a fixed word could be read as an id; ids are <int:…>, so it does not.
urlpatterns = [
    *lists.urlpatterns,
    *inquiries.urlpatterns,
    *bulk.urlpatterns,
    *cards.urlpatterns,
    *completeness.urlpatterns,
    *contacts.urlpatterns,
    *history.urlpatterns,
    *imports.urlpatterns,
    *settings.urlpatterns,
    *personal_data.urlpatterns,
    *settings_own.urlpatterns,
    *duplicates.urlpatterns,
]
