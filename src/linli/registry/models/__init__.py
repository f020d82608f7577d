"""The registry's tables: identities, and dated rows about them (see :mod:`linli.registry.dated`)."""

from .bindings import BindRequest
from .grants import RoleGrant
from .imports import TableColumns, TableImport
from .invitations import Invitation
from .mandates import Mandate
from .people import Household, Membership, Person, PersonRecord, Residence, Tenure, TenureRecord
from .places import MapEdition, Place, PlaceKind, PlaceRecord
from .things import (
    Device,
    DeviceRecord,
    Duty,
    DutyRecord,
    Facility,
    FacilityRecord,
    Organisation,
    OrganisationRecord,
    VacantSpace,
    VacantSpaceRecord,
)
from .welcomes import WelcomeStep

DATED = (
    PlaceRecord,
    MapEdition,
    PersonRecord,
    Membership,
    Residence,
    TenureRecord,
    OrganisationRecord,
    DutyRecord,
    FacilityRecord,
    VacantSpaceRecord,
    DeviceRecord,
)

__all__ = [
    "DATED",
    "BindRequest",
    "Device",
    "DeviceRecord",
    "Duty",
    "DutyRecord",
    "Facility",
    "FacilityRecord",
    "Household",
    "Invitation",
    "Mandate",
    "MapEdition",
    "Membership",
    "Organisation",
    "OrganisationRecord",
    "Person",
    "PersonRecord",
    "Place",
    "PlaceKind",
    "PlaceRecord",
    "Residence",
    "RoleGrant",
    "TableColumns",
    "TableImport",
    "Tenure",
    "TenureRecord",
    "VacantSpace",
    "VacantSpaceRecord",
    "WelcomeStep",
]
