from django.urls import path

from deals.views import load, team

urlpatterns = [
    path("plan/team/", team.team, name="team"),
    path("plan/team/book/", team.book, name="book"),
    path("plan/team/book/deals/", team.book_deals, name="book_deals"),
    path("plan/team/requests/<int:pk>/withdraw/", team.booking_withdraw, name="booking_withdraw"),
    path("plan/team/requests/<int:pk>/decline/", team.booking_decline, name="booking_decline"),
    path("plan/load/", load.people, name="load"),
    path("plan/load/work/", load.work, name="load_work"),
    path("plan/load/stages/", load.stages, name="load_stages"),
    path("plan/load/stages/<int:pk>/", load.stage, name="load_stage"),
]  # fmt: skip
