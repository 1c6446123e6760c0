from django.urls import path

from salesexpert.outbox import views

app_name = "outbox"
urlpatterns = [
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
