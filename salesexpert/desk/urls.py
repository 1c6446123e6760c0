from django.urls import path

from salesexpert.desk.views import panels

app_name = "desk"
urlpatterns = [
    path("clients/<int:pk>/panels/", panels.card_panels, name="panels"),
]
