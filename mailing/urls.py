from django.urls import path

from mailing.views import digest

app_name = "mailing"

urlpatterns = [
    path("digest/stop/<str:token>/", digest.stop, name="digest_stop"),
]
