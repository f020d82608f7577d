"""Addresses of the registry's pages."""

from django.urls import path

from .pages import details, lists

app_name = "registry"
urlpatterns = [
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
]
