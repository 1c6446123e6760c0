from django.urls import path

from tests.bench.floor import floor

urlpatterns = [path("bench/floor/", floor)]
