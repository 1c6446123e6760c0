from django.urls import path

from clients.bulk.change_pages import change_pages
from deals.bulk_ways import DEALS
from deals.views import bin as binning
from deals.views import bulk, discussion, editing, lists, moving, pages

urlpatterns = [
    path("deals/", lists.deal_list, name="list"),
    path("deals/attention/", lists.attention_part, name="attention"),
    path("deals/bulk/", bulk.bulk_form, name="bulk"),
    path("deals/bulk/changes/", bulk.bulk_list, name="bulk_list"),
    *change_pages(DEALS, bulk.PERMISSIONS, "deals/bulk/"),
    path("deals/totals/", lists.deal_totals, name="totals"),
    path("deals/filters/", lists.filter_picker, name="list_filters"),
    path("deals/columns/", lists.columns, name="list_columns"),
    path("deals/new/", editing.deal_new, name="new"),
    path("deals/<int:pk>/", pages.deal, name="deal"),
    path("deals/<int:pk>/sections/", pages.deal_sections, name="sections"),
    path("deals/<int:pk>/head/", pages.deal_head, name="head"),
    path("deals/<int:pk>/feed/", pages.deal_feed, name="feed"),
    path("deals/<int:pk>/journal/", pages.deal_journal, name="journal"),
    path("deals/<int:pk>/edit/", editing.deal_edit, name="edit"),
    path("deals/<int:pk>/fill/<slug:field>/", editing.deal_fill, name="fill"),
    path("deals/<int:pk>/copy/", editing.deal_copy, name="copy"),
    path(
        "deals/<int:pk>/participants/", editing.deal_participants, name="participants"
    ),
    path("deals/<int:pk>/move/", moving.deal_move, name="move"),
    path("deals/<int:pk>/succeed/", moving.deal_succeed, name="succeed"),
    path("deals/<int:pk>/refuse/", moving.deal_refuse, name="refuse"),
    path("deals/<int:pk>/reopen/", moving.deal_reopen, name="reopen"),
    path("deals/<int:pk>/pause/", moving.deal_pause, name="pause"),
    path("deals/<int:pk>/resume/", moving.deal_resume, name="resume"),
    path("deals/<int:pk>/say/", discussion.say_on_deal, name="say"),
    path("clients/<int:pk>/say/", discussion.say_on_client, name="say_on_client"),
    path("remarks/<int:pk>/unsay/", discussion.take_away, name="unsay"),
    path("deals/<int:pk>/delete/", binning.deal_delete, name="delete"),
]
