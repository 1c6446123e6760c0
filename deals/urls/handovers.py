from django.urls import path

from deals.views import handovers

urlpatterns = [
    path("handovers/", handovers.handover_list, name="handovers"),
    path("handovers/new/", handovers.handover_new, name="handover_new"),
    path("handovers/person/", handovers.handover_person, name="handover_person"),
    path("handovers/<int:pk>/", handovers.handover, name="handover"),
    path("handovers/<int:pk>/accept/", handovers.handover_accept, name="handover_accept"),
    path("handovers/<int:pk>/decline/", handovers.handover_decline, name="handover_decline"),
    path("handovers/<int:pk>/withdraw/", handovers.handover_withdraw, name="handover_withdraw"),
    path("handovers/<int:pk>/go-on/", handovers.handover_go_on, name="handover_go_on"),
    path("handovers/<int:pk>/give-back/", handovers.handover_give_back, name="handover_give_back"),
]  # fmt: skip
