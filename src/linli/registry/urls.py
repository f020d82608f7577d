"""Addresses of the registry's pages."""

from django.urls import URLPattern, path

from .pages import (
    accounts,
    bindings,
    details,
    duties,
    grants,
    homes,
    imports,
    invitations,
    lists,
    mandates,
    nouns,
    phone,
    reveal,
    setting_up,
    tables_in,
)

app_name = "registry"


def _writing(key: str, plural: str) -> list[URLPattern]:
    """Register, change, correct, end: the same four addresses for every noun."""
    at = f"console/{plural}"
    new = nouns.place_new if key == "place" else nouns.NEW[key]
    return [
        path(f"{at}/new/", new, name=f"{key}-new"),
        path(f"{at}/<uuid:{key}_id>/change/", nouns.CHANGE[key], name=f"{key}-change"),
        path(
            f"{at}/<uuid:{key}_id>/records/<uuid:{key}_record_id>/correct/", nouns.CORRECT[key], name=f"{key}-correct"
        ),
        path(f"{at}/<uuid:{key}_id>/end/", nouns.END[key], name=f"{key}-end"),
    ]


urlpatterns = [
    path("console/setup/place/", setting_up.community_new, name="community-new"),
    path("console/places/", lists.places, name="places"),
    path("console/places/<uuid:place_id>/", details.place, name="place"),
    path("console/people/", lists.people, name="people"),
    path("console/people/<uuid:person_id>/", details.person, name="person"),
    path("console/facilities/", lists.facilities, name="facilities"),
    path("console/facilities/<uuid:facility_id>/", details.facility, name="facility"),
    path("console/organisations/", lists.organisations, name="organisations"),
    path("console/organisations/<uuid:organisation_id>/", details.organisation, name="organisation"),
    path("console/spaces/", lists.spaces, name="spaces"),
    path("console/spaces/<uuid:space_id>/", details.space, name="space"),
    path("console/devices/", lists.devices, name="devices"),
    path("console/devices/<uuid:device_id>/", details.device, name="device"),
    path("console/people/<uuid:person_id>/invite/", invitations.person_invite, name="person-invite"),
    path("console/places/<uuid:place_id>/invite/", invitations.place_invite, name="place-invite"),
    path("console/invitations/print/", invitations.invitations_print, name="invitations-print"),
    path("console/invitations/printed/", invitations.invitations_printed, name="invitations-printed"),
    path("join/", invitations.join, name="join"),
    path("join/ask/", bindings.ask, name="bind-ask"),
    path("join/ask/received/", bindings.asked, name="bind-asked"),
    path("console/binding/", bindings.queue, name="bind-queue"),
    path("console/binding/<uuid:bind_request_id>/", bindings.decide, name="bind-decide"),
    path("sign-in/phone/", phone.phone, name="phone"),
    path("sign-in/phone/code/", phone.phone_code, name="phone-code"),
    path("sign-in/phone/name/", phone.phone_name, name="phone-name"),
    path("console/people/<uuid:person_id>/helpers/", mandates.person_helpers, name="person-helpers"),
    path("console/people/<uuid:person_id>/helpers/new/", mandates.helper_new, name="helper-new"),
    path("console/people/<uuid:person_id>/guardian/new/", mandates.guardian_new, name="guardian-new"),
    path("console/mandates/<uuid:mandate_id>/end/", mandates.mandate_end, name="mandate-end"),
    path("console/people/<uuid:person_id>/move/", homes.move, name="move"),
    path("console/people/<uuid:person_id>/leave/", homes.leave, name="leave"),
    path("console/people/<uuid:person_id>/phone/", reveal.person_phone, name="person-phone"),
    path("console/people/<uuid:person_id>/document/", reveal.person_identity, name="person-identity"),
    path("console/people/<uuid:person_id>/care-note/", reveal.person_care, name="person-care"),
    path("console/places/<uuid:unit_id>/move-in/", homes.move_in, name="move-in"),
    path("console/places/<uuid:unit_id>/tenure/new/", homes.tenure_new, name="tenure-new"),
    path("console/places/<uuid:unit_id>/tenure/transfer/", homes.tenure_transfer, name="tenure-transfer"),
    path("console/places/<uuid:unit_id>/tenure/<uuid:person_id>/correct/", homes.tenure_correct, name="tenure-correct"),
    path("console/places/<uuid:unit_id>/tenure/<uuid:person_id>/end/", homes.tenure_end, name="tenure-end"),
    path("console/organisations/<uuid:organisation_id>/duties/new/", duties.duty_new, name="duty-new"),
    path("console/organisations/<uuid:organisation_id>/duties/<uuid:duty_id>/end/", duties.duty_end, name="duty-end"),
    path("console/import/map/", imports.import_map, name="import-map"),
    path("console/import/map/<uuid:job_id>/", imports.import_step, name="import-step"),
    *tables_in.PEOPLE.addresses(),
    *tables_in.FACILITIES.addresses(),
    *tables_in.ORGANISATIONS.addresses(),
    path("console/grants/", grants.grants, name="grants"),
    path("console/grants/new/", grants.grant_new, name="grant-new"),
    path("console/grants/<uuid:grant_id>/end/", grants.grant_end, name="grant-end"),
    path("console/accounts/", accounts.accounts, name="accounts"),
    path("console/accounts/new/", accounts.account_new, name="account-new"),
    path("console/accounts/<uuid:account_id>/", accounts.account, name="account"),
    path("console/accounts/<uuid:account_id>/second-factor/", accounts.account_factor, name="account-factor"),
    path("console/accounts/<uuid:account_id>/identity/", accounts.account_identity, name="account-identity"),
    path("console/accounts/<uuid:account_id>/identity/untie/", accounts.account_untie, name="account-untie"),
    path("console/accounts/<uuid:account_id>/password/", accounts.account_password, name="account-password"),
    path("console/accounts/<uuid:account_id>/noted/", accounts.password_noted, name="password-noted"),
    path("console/accounts/<uuid:account_id>/end/", accounts.account_end, name="account-end"),
    *(pattern for noun in nouns.WRITINGS for pattern in _writing(noun.key, noun.plural)),
]
