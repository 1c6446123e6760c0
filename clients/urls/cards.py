from django.urls import path

from clients.views import cards

urlpatterns = [
    path("clients/<int:pk>/", cards.card, name="card"),
]
