from django.urls import path

from clients.views import consents, personal_data

urlpatterns = [
    path("personal-data/", personal_data.request_list, name="personal_data"),
    path("personal-data/texts/", personal_data.wordings, name="consent_texts"),
    path("personal-data/texts/<int:pk>/retire/", personal_data.wording_retire, name="consent_text_retire"),
    path("personal-data/consents/<int:pk>/file/", personal_data.consent_file, name="consent_file"),
    path("personal-data/requests/<int:pk>/prolong/", consents.request_prolong, name="request_prolong"),
    path("personal-data/requests/<int:pk>/answer/", consents.request_answer, name="request_answer"),
    path("personal-data/erasures/<int:pk>/", personal_data.erasure_state, name="erasure"),
    path("personal-data/erasures/<int:pk>/again/", personal_data.erasure_again, name="erasure_again"),
    path("personal-data/erasures/<int:pk>/act.pdf", personal_data.erasure_act, name="erasure_act"),
    path("personal-data/<slug:kind>/<int:pk>/", personal_data.person_data, name="person_data"),
    path("personal-data/<slug:kind>/<int:pk>/export/<slug:format>/", personal_data.person_export, name="person_export"),
    path("personal-data/<slug:kind>/<int:pk>/erase/", personal_data.person_erase, name="person_erase"),
    path("personal-data/<slug:kind>/<int:pk>/stop/", consents.person_stop, name="person_stop"),
    path("personal-data/<slug:kind>/<int:pk>/unwanted/", personal_data.person_unwanted, name="person_unwanted"),
    path("personal-data/<slug:kind>/<int:pk>/do-not-call/", consents.do_not_call, name="person_do_not_call"),
    path("personal-data/<slug:kind>/<int:pk>/consents/new/", consents.consent_new, name="consent_new"),
    path("personal-data/<slug:kind>/<int:pk>/consents/<slug:channel>/withdraw/", consents.consent_withdraw, name="consent_withdraw"),
    path("personal-data/<slug:kind>/<int:pk>/requests/new/", consents.request_new, name="request_new"),
]  # fmt: skip
