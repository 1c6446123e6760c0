from django.urls import path

from mailing.views import digest, unsubscribing

app_name = "mailing"

urlpatterns = [
    path("u/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe"),
    path("digest/stop/<str:token>/", digest.stop, name="digest_stop"),
]
