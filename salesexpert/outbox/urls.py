from django.urls import path

from salesexpert.outbox import server_views, views

app_name = "outbox"
urlpatterns = [
    path("settings/mail/", server_views.mail_servers, name="servers"),
    path("settings/mail/new/", server_views.mail_server, name="server_new"),
    path("settings/mail/leaving/", server_views.mail_leaving, name="leaving"),
    path("settings/mail/domains/", server_views.mail_domains, name="domains"),
    path("settings/mail/domains/key/", server_views.mail_key, name="key"),
    path("settings/mail/<int:pk>/", server_views.mail_server, name="server"),
    path(
        "settings/mail/<int:pk>/trial/",
        server_views.mail_server_trial,
        name="server_trial",
    ),
    path(
        "settings/mail/<int:pk>/default/",
        server_views.mail_server_default,
        name="server_default",
    ),
    path("settings/letters/", views.letters, name="letters"),
    path("settings/letters/<int:pk>/", views.letter, name="letter"),
    path("settings/letters/<int:pk>/again/", views.send_again, name="again"),
    path("settings/caught-letters/", views.caught, name="caught"),
    path(
        "settings/caught-letters/<str:name>/", views.caught_letter, name="caught_letter"
    ),
    path(
        "settings/caught-letters/<str:name>/html/",
        views.caught_html,
        name="caught_html",
    ),
    path(
        "settings/caught-letters/<str:name>/files/<int:number>/",
        views.caught_file,
        name="caught_file",
    ),
]
