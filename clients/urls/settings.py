from django.urls import path

from clients.views import bin as bin_views
from clients.views import dictionaries

urlpatterns = [
    path("settings/dictionaries/", dictionaries.hub, name="dictionaries"),
    path("settings/dictionaries/<slug:slug>/", dictionaries.dictionary, name="dictionary"),
    path("settings/dictionaries/<slug:slug>/usage/", dictionaries.usage, name="dictionary_usage"),
    path("settings/dictionaries/<slug:slug>/sort/", dictionaries.sort, name="dictionary_sort"),
    path("settings/dictionaries/<slug:slug>/<int:pk>/", dictionaries.entry_edit, name="entry"),
    path("settings/dictionaries/<slug:slug>/<int:pk>/move/", dictionaries.entry_move, name="entry_move"),
    path("settings/dictionaries/<slug:slug>/<int:pk>/retire/", dictionaries.entry_retire, name="entry_retire"),
    path("settings/dictionaries/<slug:slug>/<int:pk>/merge/", dictionaries.entry_merge, name="entry_merge"),
    path("settings/dictionaries/<slug:slug>/<int:pk>/unmerge/", dictionaries.entry_unmerge, name="entry_unmerge"),
    path("settings/dictionaries/<slug:slug>/<int:pk>/delete/", dictionaries.entry_delete, name="entry_delete"),
    path("settings/bin/", bin_views.bin_page, name="bin"),
    path("settings/bin/<int:pk>/restore/", bin_views.restore, name="bin_restore"),
    path("settings/bin/<int:pk>/remove/", bin_views.remove, name="bin_remove"),
    path("clients/<int:pk>/delete/", bin_views.client_delete, name="delete"),
    path("contacts/<int:pk>/delete/", bin_views.contact_delete, name="contact_delete"),
    path("activities/<int:pk>/delete/", bin_views.activity_delete, name="activity_delete"),
]  # fmt: skip
