"""What happens at the door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from linli.kernel.text import Text


@dataclass(frozen=True, slots=True)
class SignedIn:
    name: ClassVar[str] = "platform.signed_in"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("登录了", "Signed in")
    community_id: UUID | None
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class SecondFactorEnrolled:
    name: ClassVar[str] = "platform.second_factor_enrolled"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("开启了第二道验证", "A second factor was enrolled")
    community_id: UUID | None
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class SecondFactorReset:
    """By its owner, or by an administrator who wrote why."""

    name: ClassVar[str] = "platform.second_factor_reset"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("重置了第二道验证", "A second factor was reset")
    community_id: UUID | None
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class SessionsEnded:
    name: ClassVar[str] = "platform.sessions_ended"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("让登录的设备退出了", "Browsers were signed out")
    community_id: UUID | None
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class AccountOpened:
    name: ClassVar[str] = "platform.account_opened"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("开了一个账号", "An account was opened")
    community_id: UUID | None
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class AccountEnded:
    name: ClassVar[str] = "platform.account_ended"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("停用了一个账号", "An account was ended")
    community_id: UUID | None
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class PasswordRenewed:
    """By a worker, at the counter: the old password no longer opens."""

    name: ClassVar[str] = "platform.password_renewed"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("重设了密码", "A password was set anew")
    community_id: UUID | None
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class IdentityTied:
    """An outside identity opens the account from now on."""

    name: ClassVar[str] = "platform.identity_tied"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("绑定了统一身份", "An outside identity was tied to an account")
    community_id: UUID | None
    subject_id: UUID
    identity_id: UUID


@dataclass(frozen=True, slots=True)
class IdentityUntied:
    name: ClassVar[str] = "platform.identity_untied"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("解除了统一身份", "An outside identity was untied from an account")
    community_id: UUID | None
    subject_id: UUID
    identity_id: UUID
