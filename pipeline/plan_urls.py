"""Addresses of the plan of work."""

from django.urls import path

from pipeline.views import absences, feeds, plan, series

app_name = "plan"

urlpatterns = [
    path("plan/", plan.calendar, name="calendar"),
    path("plan/people/", plan.people, name="people"),
    path("plan/check/", plan.check, name="check"),
    path("plan/entries/<int:pk>/", plan.entry, name="entry"),
    path("plan/entries/<int:pk>/move/", plan.move, name="move"),
    path("plan/entries/<int:pk>/repeat/", series.repeat, name="repeat"),
    path("plan/repeating/", series.listing, name="repeating"),
    path("plan/repeating/<int:pk>/", series.one, name="series"),
    path("plan/repeating/<int:pk>/stop/", series.stop, name="series_stop"),
    path("plan/absences/", absences.listing, name="absences"),
    path("plan/absences/new/", absences.add, name="absence_new"),
    path("plan/absences/<int:pk>/", absences.edit, name="absence"),
    path("plan/absences/<int:pk>/remove/", absences.remove, name="absence_remove"),
    path("plan/absences/<int:pk>/decide/", absences.decide, name="absence_decide"),
    path("plan/hours/", absences.my_hours, name="hours"),
    path("plan/hours/<int:pk>/", absences.hours, name="hours_of"),
    path("settings/working-hours/", absences.company_hours, name="company_hours"),
    path("plan/subscribe/", feeds.feed, name="feed"),
    path("plan/feed/<str:token>.ics", feeds.ics, name="ics"),
]
