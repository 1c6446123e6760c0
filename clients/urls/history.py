from django.urls import path

from clients.views import activities, feed

urlpatterns = [
    path("activities/late/", activities.put_off_late, name="put_off_late"),
    path("clients/<int:pk>/history/", feed.history, name="history"),
    path("clients/<int:pk>/history/record/", feed.record, name="record"),
    path("clients/<int:pk>/commitments/", feed.commitments, name="commitments"),
    path("commitments/<int:pk>/settle/", feed.settle, name="settle"),
    path("questions/<int:pk>/answer/", feed.answer, name="answer"),
    path("activities/plan/", activities.plan, name="plan"),
    path("activities/clients/", activities.plan_clients, name="plan_clients"),
    path("activities/people/", activities.people, name="performers"),
    path("activities/<int:pk>/", activities.activity, name="activity"),
    path("activities/<int:pk>/done/", activities.done, name="activity_done"),
    path(
        "activities/<int:pk>/reschedule/",
        activities.reschedule,
        name="activity_reschedule",
    ),
    path("activities/<int:pk>/cancel/", activities.cancel, name="activity_cancel"),
    path("activities/<int:pk>/edit/", activities.edit, name="activity_edit"),
]
