from django.urls import path

from salesexpert.audit import views

app_name = "audit"
urlpatterns = [path("journal/", views.journal, name="journal")]
