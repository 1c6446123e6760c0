from django.urls import path

from clients.views import cards, completeness, files

urlpatterns = [
    path("clients/new/", cards.client_new, name="new"),
    path("clients/similar/", cards.client_similar, name="similar"),
    path("clients/pick/", cards.client_pick, name="pick"),
    path("clients/<int:pk>/", cards.card, name="card"),
    path("clients/<int:pk>/edit/", cards.client_edit, name="edit"),
    path("clients/<int:pk>/fill/<slug:field>/", cards.client_fill, name="fill"),
    path("clients/draft/discard/", cards.draft_discard, name="draft_discard"),
    path("clients/<int:pk>/missing/", completeness.card_missing, name="missing"),
    path("clients/<int:pk>/meter/", completeness.card_meter, name="meter"),
    path("clients/<int:pk>/confirm/", completeness.card_confirm, name="confirm"),
    path("clients/<int:pk>/relationship/", cards.client_relationship, name="relationship"),
    path("clients/<int:pk>/about/", cards.card_about, name="about"),
    path("clients/<int:pk>/people/", cards.card_people, name="people"),
    path("clients/<int:pk>/archive/", cards.client_archive, name="archive"),
    path("clients/<int:pk>/restore/", cards.client_restore, name="restore"),
    path("clients/<int:pk>/journal/", cards.card_journal, name="journal"),
    path("clients/<int:pk>/files/", files.files, name="files"),
    path("files/<int:pk>/", files.file_download, name="file"),
    path("files/<int:pk>/archive/", files.file_archive, name="file_archive"),
]  # fmt: skip
