"""Addresses of the ledger."""

from django.urls import path

from .pages import desk, portal

app_name = "ledger"
urlpatterns = [
    path("me/ledger/", portal.mine, name="mine"),
    path("me/ledger/<uuid:ledger_account_id>/", portal.statement, name="statement"),
    path("me/ledger/<uuid:ledger_account_id>/give/", portal.give, name="give"),
    path("me/ledger/promises/<uuid:transfer_id>/", portal.promise, name="promise"),
    path("open/ledger/", portal.open_totals, name="open"),
    path("console/ledger/", desk.books, name="books"),
    path("console/ledger/<uuid:book_id>/", desk.book, name="book"),
    path("console/ledger/<uuid:book_id>/people/<uuid:person_id>/", desk.person, name="person"),
    path("console/ledger/<uuid:book_id>/people/<uuid:person_id>/help/", desk.help_given, name="help"),
    path("console/ledger/transfers/<uuid:transfer_id>/", desk.transfer, name="transfer"),
]
