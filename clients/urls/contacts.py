from django.urls import path

from clients.views import contacts

urlpatterns = [
    path("contacts/", contacts.contact_list, name="contacts"),
    path("contacts/filters/", contacts.contact_filters, name="contact_filters"),
    path("contacts/new/", contacts.contact_new, name="contact_new"),
    path("contacts/pick/", contacts.contact_pick, name="contact_pick"),
    path("contacts/<int:pk>/", contacts.contact, name="contact"),
    path("contacts/<int:pk>/edit/", contacts.contact_edit, name="contact_edit"),
    path("contacts/<int:pk>/archive/", contacts.contact_archive, name="contact_archive"),
    path("contacts/<int:pk>/places/new/", contacts.place_new, name="place_new"),
    path("contacts/places/<int:pk>/", contacts.place_edit, name="place_edit"),
    path("contacts/places/<int:pk>/leave/", contacts.place_leave, name="place_leave"),
    path("clients/<int:pk>/people/new/", contacts.person_add, name="person_add"),
]  # fmt: skip
