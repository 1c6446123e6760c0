from django.urls import path

from deals.views import team

urlpatterns = [
    path("plan/team/", team.team, name="team"),
    path("plan/team/book/", team.book, name="book"),
    path("plan/team/requests/<int:pk>/withdraw/", team.booking_withdraw, name="booking_withdraw"),
    path("plan/team/requests/<int:pk>/decline/", team.booking_decline, name="booking_decline"),
]  # fmt: skip
