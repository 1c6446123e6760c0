from django.urls import path

from pipeline.views import processes as views

app_name = "pipeline"

urlpatterns = [
    path("settings/processes/", views.process_list, name="processes"),
    path("settings/processes/add/", views.process_add, name="process_add"),
    path("settings/processes/<int:pk>/", views.process_page, name="process"),
    path("settings/processes/<int:pk>/change/", views.process_edit, name="process_edit"),
    path("settings/processes/<int:pk>/retire/", views.process_retire, name="process_retire"),
    path("settings/processes/<int:pk>/move/", views.process_move, name="process_move"),
    path("settings/stages/<int:pk>/", views.stage_page, name="stage"),
    path("settings/stages/<int:pk>/move/", views.stage_move, name="stage_move"),
    path("settings/stages/<int:pk>/retire/", views.stage_retire, name="stage_retire"),
    path("settings/stages/<int:pk>/<slug:kind>/new/", views.part_new, name="part_new"),
    path("settings/stages/<slug:kind>/<int:pk>/", views.part_edit, name="part"),
    path("settings/stages/<slug:kind>/<int:pk>/remove/", views.part_remove, name="part_remove"),
    path("settings/stages/<slug:kind>/<int:pk>/move/", views.part_move, name="part_move"),
]  # fmt: skip
