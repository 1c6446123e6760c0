from django.urls import path

from clients.views import duplicates, take_overs

urlpatterns = [
    path("clients/duplicates/", duplicates.duplicates, name="duplicates"),
    path("clients/duplicates/<int:pk>/deny/", duplicates.not_duplicates, name="not_duplicates"),
    path("clients/duplicates/<int:pk>/suspect/", duplicates.suspect_again, name="suspect_again"),
    path("clients/merges/", duplicates.merges, name="merges"),
    path("clients/merges/<int:pk>/", duplicates.merge_record, name="merge_record"),
    path("clients/<int:pk>/merge/", duplicates.merge_pick, name="merge_pick"),
    path("clients/<int:pk>/merge/<int:other>/", duplicates.merge, name="merge"),
    path("contacts/merges/", duplicates.contact_merges, name="contact_merges"),
    path("contacts/merges/<int:pk>/", duplicates.contact_merge_record, name="contact_merge_record"),
    path("contacts/<int:pk>/merge/", duplicates.contact_merge_pick, name="contact_merge_pick"),
    path("contacts/<int:pk>/merge/<int:other>/", duplicates.contact_merge, name="contact_merge"),
    path("clients/take-overs/", take_overs.take_over_list, name="take_overs"),
    path("clients/<int:pk>/take-over/", take_overs.take_over_ask, name="take_over"),
    path("clients/take-overs/<int:pk>/withdraw/", take_overs.take_over_withdraw, name="take_over_withdraw"),
    path("clients/take-overs/<int:pk>/accept/", take_overs.take_over_accept, name="take_over_accept"),
    path("clients/take-overs/<int:pk>/refuse/", take_overs.take_over_refuse, name="take_over_refuse"),
]  # fmt: skip
