from django.urls import path

from salesexpert.desk.views import day, panels

app_name = "desk"
urlpatterns = [
    path("", day.day, name="day"),
    path("promises/", day.promises, name="promises"),
    path("clients/<int:pk>/panels/", panels.card_panels, name="panels"),
]
