"""Addresses of the record: corrections, edits, history, packs."""

from django.urls import path

from leaps.record.feeds import ChangesFeed
from leaps.record.views import corrections, edits, history, packs

app_name = "record"

urlpatterns = [
    path("record/<str:kind>/<str:key>/correct/", corrections.choose, name="choose"),
    path("record/<str:kind>/<str:key>/correct/<str:field>/", corrections.correct, name="correct"),
    path("record/<str:kind>/<str:key>/edit/", edits.edit, name="edit"),
    path("record/<str:kind>/<str:key>/remove/", edits.remove, name="remove"),
    path("record/<str:kind>/<str:key>/rename/", edits.rename, name="rename"),
    path("record/<str:kind>/<str:key>/history/", history.history, name="history"),
    path("record/<str:kind>/add/", edits.add, name="add"),
    path("corrections/confirm/<str:token>/", corrections.confirm, name="correction-confirm"),
    path("account/corrections/", corrections.mine, name="my-corrections"),
    path("account/corrections/<int:pk>/withdraw/", corrections.withdraw, name="withdraw"),
    path("queue/", corrections.queue, name="queue"),
    path("queue/<int:pk>/", corrections.decision, name="decision"),
    path("queue/<int:pk>/reopen/", corrections.reopen, name="reopen"),
    path("changes/", history.changes, name="changes"),
    path("changes/feed.atom", ChangesFeed(), name="feed"),
    path("changes/<int:revision>/", history.changeset, name="changeset"),
    path("changes/<int:revision>/revert/", history.revert, name="revert"),
    path("packs/upload/", packs.upload, name="pack-upload"),
    path("packs/upload/<uuid:pk>/", packs.check, name="pack-check"),
    path("packs/upload/<uuid:pk>/load/", packs.load, name="pack-load"),
    path("packs/<str:facility>.zip", packs.facility_pack, name="facility-pack"),
    path("data/leaps-record.zip", packs.whole_pack, name="whole-pack"),
    path("data/<str:table>.csv", packs.table, name="table"),
]
