"""Addresses of the residents' face."""

from django.urls import path

from . import helping, mydata, pages, rights, welcome

app_name = "portal"
urlpatterns = [
    path("", pages.home, name="home"),
    path("welcome/", welcome.welcome, name="welcome"),
    path("welcome/tick/", welcome.tick, name="welcome-tick"),
    path("me/", pages.me, name="me"),
    path("me/helping/", helping.helping, name="helping"),
    path("me/helping/stop/", helping.act_for_oneself, name="act-for-oneself"),
    path("me/helping/<uuid:mandate_id>/act/", helping.act_for, name="act-for"),
    path("me/helping/<uuid:mandate_id>/end/", helping.end, name="helping-end"),
    path("me/reads/", mydata.reads, name="reads"),
    path("me/data/", rights.data, name="data"),
    path("me/data/correct/", rights.correct, name="correct"),
    path("me/data/copy/", rights.copy, name="copy"),
    path("me/data/copy/<uuid:request_id>/", rights.copy_page, name="copy-page"),
    path("me/data/copy/<uuid:request_id>/file/", rights.copy_file, name="copy-file"),
    path("me/data/erase/", rights.erase, name="erase"),
    path("me/data/close/", rights.close, name="close"),
    path("me/data/consents/", rights.consents, name="consents"),
    path("me/data/requests/<uuid:request_id>/withdraw/", rights.withdraw, name="withdraw"),
]
