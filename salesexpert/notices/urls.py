from django.urls import path

from salesexpert.notices.views import choices, notices

app_name = "notices"

urlpatterns = [
    path("notices/", notices.notice_list, name="list"),
    path("notices/latest/", notices.latest, name="latest"),
    path("notices/new/", notices.news, name="news"),
    path("notices/read/", notices.read_all, name="read_all"),
    path("notices/<int:pk>/", notices.open_notice, name="open"),
    path("notices/<int:pk>/read/", notices.read_one, name="read"),
    path("profile/notices/", choices.choices, name="choices"),
]
