"""Open311 GeoReport v2 (https://wiki.open311.org/GeoReport_v2/) in JSON and XML.

Services are the types residents may report; reads show only what a worker has worded for everybody, and to a system with its key what that
system sent itself. ``jurisdiction_id`` is a community's id or division code.
"""
