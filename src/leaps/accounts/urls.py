"""Addresses about people; sign-in itself is django-allauth's, under /account/ too."""

from django.urls import path

from leaps.accounts.views import office, own, trial

app_name = "accounts"

urlpatterns = [
    path("account/", own.profile, name="profile"),
    path("account/tokens/", own.tokens, name="tokens"),
    path("account/tokens/<int:pk>/revoke/", own.revoke_token, name="revoke-token"),
    path("account/my-data.json", own.export, name="export"),
    path("account/erase/", own.erase, name="erase"),
    path("office/people/", office.people, name="people"),
    path("office/people/<int:pk>/", office.person, name="person"),
    path("office/people/<int:pk>/close/", office.close, name="close-account"),
    path("office/people/<int:pk>/reopen/", office.reopen, name="reopen-account"),
    path("office/people/<int:pk>/second-factor/remove/", office.drop_second_factor, name="drop-second-factor"),
    path("office/roles/<int:pk>/revoke/", office.revoke, name="revoke-role"),
    path("office/audit/", office.audit, name="audit"),
    path("trial/people/<int:pk>/", trial.become, name="become"),
    path("trial/mail/", trial.mail, name="trial-mail"),
]
