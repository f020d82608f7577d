"""What happened in the registry, as facts: ids, codes, numbers and days. Names, phones and reasons stay in the records.

Most facts about a noun have one of four shapes; ``record_id`` names the dated row that says what, ``fields`` which of its columns differ.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from linli.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Registered:
    community_id: UUID | None
    subject_id: UUID
    record_id: UUID
    valid_from: dt.date
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """From ``valid_from`` on it is otherwise."""

    community_id: UUID | None
    subject_id: UUID
    record_id: UUID
    valid_from: dt.date
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Corrected:
    """It was not as had been written: ``retracted_id`` is taken back, ``record_id`` stands in its place (None: nothing does)."""

    community_id: UUID | None
    subject_id: UUID
    record_id: UUID | None
    retracted_id: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """From ``valid_to`` on it is no longer."""

    community_id: UUID | None
    subject_id: UUID
    valid_to: dt.date


class PlaceRegistered(Registered):
    name: ClassVar[str] = "registry.place_registered"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("登记了一处地方", "A place was registered")


class PlaceChanged(Changed):
    name: ClassVar[str] = "registry.place_changed"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("地方的情况变了", "A place changed")


class PlaceCorrected(Corrected):
    name: ClassVar[str] = "registry.place_corrected"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("更正了地方的记录", "The record of a place was corrected")


class PlaceEnded(Ended):
    name: ClassVar[str] = "registry.place_ended"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("一处地方不再存在", "A place ended")


class PersonRegistered(Registered):
    name: ClassVar[str] = "registry.person_registered"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("登记了一个人", "A person was registered")


class PersonChanged(Changed):
    name: ClassVar[str] = "registry.person_changed"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("人的情况变了", "What is said of a person changed")


class PersonCorrected(Corrected):
    name: ClassVar[str] = "registry.person_corrected"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("更正了人的记录", "The record of a person was corrected")


class PersonEnded(Ended):
    name: ClassVar[str] = "registry.person_ended"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("一个人离开了名册", "A person left the register")


@dataclass(frozen=True, slots=True)
class Revealed:
    """Somebody looked at what is sealed. ``reason`` is one of :data:`linli.registry.rules.people.REVEAL_REASONS`."""

    community_id: UUID | None
    subject_id: UUID
    reason: str


class PersonPhoneRevealed(Revealed):
    name: ClassVar[str] = "registry.person_phone_revealed"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("查看了完整电话", "A whole phone number was looked at")


class PersonIdentityRevealed(Revealed):
    name: ClassVar[str] = "registry.person_identity_revealed"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("查看了完整证件号", "A whole document number was looked at")


class PersonCareNoteRevealed(Revealed):
    name: ClassVar[str] = "registry.person_care_note_revealed"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("查看了照应说明", "A note on care was looked at")


@dataclass(frozen=True, slots=True)
class HouseholdFormed:
    name: ClassVar[str] = "registry.household_formed"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("立了一户", "A household was formed")
    community_id: UUID | None
    subject_id: UUID
    unit_id: UUID | None
    person_ids: tuple[UUID, ...]
    valid_from: dt.date


@dataclass(frozen=True, slots=True)
class HouseholdJoined:
    name: ClassVar[str] = "registry.household_joined"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("有人入户", "A person joined a household")
    community_id: UUID | None
    subject_id: UUID
    person_id: UUID
    role: str
    valid_from: dt.date


@dataclass(frozen=True, slots=True)
class HouseholdLeft:
    name: ClassVar[str] = "registry.household_left"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("有人离户", "A person left a household")
    community_id: UUID | None
    subject_id: UUID
    person_id: UUID
    valid_to: dt.date


@dataclass(frozen=True, slots=True)
class HouseholdMoved:
    """``unit_id`` None: moved out of the community, or nobody knows where to."""

    name: ClassVar[str] = "registry.household_moved"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("一户搬了家", "A household moved")
    community_id: UUID | None
    subject_id: UUID
    from_unit_id: UUID | None
    unit_id: UUID | None
    moved_on: dt.date


@dataclass(frozen=True, slots=True)
class TenureSet:
    name: ClassVar[str] = "registry.tenure_set"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("登记了房屋权属", "Who holds a home was registered")
    community_id: UUID | None
    subject_id: UUID
    unit_id: UUID
    person_id: UUID
    record_id: UUID
    kind: str
    share_num: int
    share_den: int
    valid_from: dt.date


@dataclass(frozen=True, slots=True)
class TenureEnded:
    name: ClassVar[str] = "registry.tenure_ended"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("房屋权属终止", "A tenure ended")
    community_id: UUID | None
    subject_id: UUID
    unit_id: UUID
    person_id: UUID
    valid_to: dt.date


class TenureCorrected(Corrected):
    name: ClassVar[str] = "registry.tenure_corrected"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("更正了权属记录", "The record of a tenure was corrected")


class OrganisationRegistered(Registered):
    name: ClassVar[str] = "registry.organisation_registered"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("登记了一个单位", "An organisation was registered")


class OrganisationChanged(Changed):
    name: ClassVar[str] = "registry.organisation_changed"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("单位的情况变了", "An organisation changed")


class OrganisationCorrected(Corrected):
    name: ClassVar[str] = "registry.organisation_corrected"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("更正了单位的记录", "The record of an organisation was corrected")


class OrganisationEnded(Ended):
    name: ClassVar[str] = "registry.organisation_ended"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("一个单位不再存在", "An organisation ended")


@dataclass(frozen=True, slots=True)
class DutyAssigned:
    name: ClassVar[str] = "registry.duty_assigned"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("落实了一项责任", "A duty was assigned")
    community_id: UUID | None
    subject_id: UUID
    organisation_id: UUID
    place_id: UUID
    code: str
    valid_from: dt.date


class DutyEnded(Ended):
    name: ClassVar[str] = "registry.duty_ended"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("一项责任终止", "A duty ended")


class FacilityRegistered(Registered):
    name: ClassVar[str] = "registry.facility_registered"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("登记了一处设施", "A facility was registered")


class FacilityChanged(Changed):
    name: ClassVar[str] = "registry.facility_changed"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("设施的情况变了", "A facility changed")


class FacilityCorrected(Corrected):
    name: ClassVar[str] = "registry.facility_corrected"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("更正了设施的记录", "The record of a facility was corrected")


class FacilityEnded(Ended):
    name: ClassVar[str] = "registry.facility_ended"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("一处设施不再存在", "A facility ended")


class SpaceRegistered(Registered):
    name: ClassVar[str] = "registry.space_registered"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("登记了一处闲置空间", "A vacant space was registered")


class SpaceChanged(Changed):
    name: ClassVar[str] = "registry.space_changed"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("闲置空间的情况变了", "A vacant space changed")


class SpaceCorrected(Corrected):
    name: ClassVar[str] = "registry.space_corrected"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("更正了闲置空间的记录", "The record of a vacant space was corrected")


class SpaceEnded(Ended):
    name: ClassVar[str] = "registry.space_ended"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("一处闲置空间不再闲置在册", "A vacant space left the list")


class DeviceRegistered(Registered):
    name: ClassVar[str] = "registry.device_registered"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("登记了一台设备", "A device was registered")


class DeviceChanged(Changed):
    name: ClassVar[str] = "registry.device_changed"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("设备的情况变了", "A device changed")


class DeviceCorrected(Corrected):
    name: ClassVar[str] = "registry.device_corrected"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("更正了设备的记录", "The record of a device was corrected")


class DeviceEnded(Ended):
    name: ClassVar[str] = "registry.device_ended"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("一台设备撤除", "A device was removed")


@dataclass(frozen=True, slots=True)
class PersonInvited:
    """``subject_id`` the person a printed invitation was made for."""

    name: ClassVar[str] = "registry.person_invited"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("做了一张邀请", "An invitation was printed")
    community_id: UUID | None
    subject_id: UUID
    invitation_id: UUID


@dataclass(frozen=True, slots=True)
class InvitationUsed:
    """``subject_id`` the person who came in by it."""

    name: ClassVar[str] = "registry.invitation_used"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("凭邀请开了账号", "An account was opened by invitation")
    community_id: UUID | None
    subject_id: UUID
    invitation_id: UUID
    account_id: UUID


@dataclass(frozen=True, slots=True)
class GuardianRegistered:
    """``subject_id`` the minor. ``relation`` is a code of the ``mandates`` policy; ``valid_to`` the day the minor comes of age."""

    name: ClassVar[str] = "registry.guardian_registered"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("登记了监护人", "A guardian was registered")
    community_id: UUID | None
    subject_id: UUID
    mandate_id: UUID
    account_id: UUID
    relation: str
    acts: tuple[str, ...]
    valid_to: dt.datetime


@dataclass(frozen=True, slots=True)
class MandateGiven:
    """``subject_id`` the person who lets somebody act for them."""

    name: ClassVar[str] = "registry.mandate_given"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("登记了代办委托", "A mandate to act for somebody was registered")
    community_id: UUID | None
    subject_id: UUID
    mandate_id: UUID
    account_id: UUID
    acts: tuple[str, ...]
    consent: str
    valid_from: dt.datetime
    valid_to: dt.datetime


@dataclass(frozen=True, slots=True)
class MandateEnded:
    name: ClassVar[str] = "registry.mandate_ended"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("停止了代办委托", "A mandate to act for somebody was ended")
    community_id: UUID | None
    subject_id: UUID
    mandate_id: UUID
    valid_to: dt.datetime


@dataclass(frozen=True, slots=True)
class RoleGranted:
    name: ClassVar[str] = "registry.role_granted"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("授予了角色", "A role was granted")
    community_id: UUID | None
    subject_id: UUID
    role: str
    place_id: UUID
    account_id: UUID | None
    person_id: UUID | None
    valid_from: dt.datetime
    valid_to: dt.datetime | None


@dataclass(frozen=True, slots=True)
class RoleGrantEnded:
    name: ClassVar[str] = "registry.role_grant_ended"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("终止了授权", "A role grant ended")
    community_id: UUID | None
    subject_id: UUID
    role: str
    place_id: UUID
    valid_to: dt.datetime


@dataclass(frozen=True, slots=True)
class MapImported:
    """One import of a map: how many places and facilities it added, changed and ended. ``sha256`` of what was read."""

    name: ClassVar[str] = "registry.map_imported"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("导入了地图", "A map was imported")
    community_id: UUID | None
    subject_id: UUID
    edition_id: UUID | None
    sha256: str
    n_added: int
    n_changed: int
    n_ended: int
    n_unchanged: int
    valid_from: dt.date


@dataclass(frozen=True, slots=True)
class TableApplied:
    """A list was imported (``noun`` people, facilities or organisations): what it added and changed; of organisations and their duties
    together. ``sha256`` of the file, ``digest`` of what it did."""

    name: ClassVar[str] = "registry.table_applied"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("导入了一份名单", "A list was imported")
    community_id: UUID | None
    subject_id: UUID
    noun: str
    sha256: str
    digest: str
    n_added: int
    n_changed: int
    n_unchanged: int
    n_homes: int
    n_households: int
    n_tenures: int
    valid_from: dt.date


@dataclass(frozen=True, slots=True)
class TableUndone:
    """An import was undone: its rows are taken back and what they replaced is said anew."""

    name: ClassVar[str] = "registry.table_undone"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("撤销了一次名单导入", "The import of a list was undone")
    community_id: UUID | None
    subject_id: UUID
    noun: str
    n_taken_back: int
    n_restored: int


@dataclass(frozen=True, slots=True)
class SampleLoaded:
    """A synthetic community was registered in one go. ``sha256`` of what the generator made."""

    name: ClassVar[str] = "registry.sample_loaded"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("载入了虚构的社区", "A made-up community was loaded")
    community_id: UUID | None
    subject_id: UUID
    sha256: str
    n_places: int
    n_persons: int
    n_households: int
    n_tenures: int
    n_organisations: int
    n_facilities: int
    n_spaces: int
    n_devices: int


@dataclass(frozen=True, slots=True)
class AccountOpenedByPhone:
    """A person who had a code sent to their registered number and told their name opened an account of theirs."""

    name: ClassVar[str] = "registry.account_opened_by_phone"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text(
        "凭登记的手机号开了自己的账号", "Opened an account of their own by their registered number"
    )
    community_id: UUID | None
    subject_id: UUID
    account_id: UUID


@dataclass(frozen=True, slots=True)
class BindingAsked:
    """Somebody without an invitation asked to be bound; the subject is the request."""

    name: ClassVar[str] = "registry.binding_asked"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("收到一个绑定申请", "A request to be bound came in")
    community_id: UUID | None
    subject_id: UUID
    relation: str


@dataclass(frozen=True, slots=True)
class BindingDecided:
    """``refusal`` is a code of the sign-in policy, empty where an invitation was sent. Whom it was for stands in the invitation's own fact."""

    name: ClassVar[str] = "registry.binding_decided"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("办了一个绑定申请", "A request to be bound was decided")
    community_id: UUID | None
    subject_id: UUID
    is_bound: bool
    refusal: str
