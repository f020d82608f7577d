"""Where an installation keeps its things: ``LINLI_HOME`` (database, heads, secrets of this machine) and, apart from it, the key file.

Owns paths and the making of random secrets with owner-only permissions. Reads no setting of Django.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from linli.kernel.errors import LinliError, define

KEY_INSIDE_HOME = define(
    "platform.key_inside_home",
    zh="密钥文件不能放在数据目录里：{key_file} 在 {home} 之内。请把 LINLI_KEY_FILE 指到别处",
    en="The key file must not lie in the data folder: {key_file} is inside {home}. Point LINLI_KEY_FILE elsewhere",
)
MAX_SOCKET_PATH_BYTES = 107  # sockaddr_un.sun_path on Linux, less the closing zero byte


@dataclass(frozen=True, slots=True)
class Home:
    """Folders of one installation. Nothing is made until :meth:`make` is called."""

    path: Path
    key_file: Path

    @property
    def pg_data(self) -> Path:
        return self.path / "pg"

    @property
    def secrets(self) -> Path:
        return self.path / "secrets"

    @property
    def heads(self) -> Path:
        return self.path / "heads"

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def attachments(self) -> Path:
        return self.path / "attachments"

    @property
    def cache(self) -> Path:
        """Compiled kernels; may be deleted at any time."""
        return self.path / "cache"

    @property
    def policies(self) -> Path:
        return self.path / "policies"

    @property
    def socket_dir(self) -> Path:
        """``run/`` where its path is short enough for a socket, else a folder named by its digest under the temp folder."""
        if len(os.fsencode(self.run / ".s.PGSQL.5432.lock")) <= MAX_SOCKET_PATH_BYTES:
            return self.run
        digest = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"linli-{digest}"

    def make(self) -> None:
        """Make the folders (mode 0700). The key file's place is checked here."""
        if self.key_file.resolve().is_relative_to(self.path.resolve()):
            raise LinliError(KEY_INSIDE_HOME, key_file=str(self.key_file), home=str(self.path))
        inner = (self.secrets, self.heads, self.run, self.attachments, self.policies, self.cache, self.socket_dir)
        for folder in (self.path, *inner):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def current_home() -> Home:
    """From ``LINLI_HOME`` and ``LINLI_KEY_FILE``.

    Without them a clone has a home of its own (``.linli`` in it), an installed package ``~/.local/share/linli``, as root
    ``/var/lib/linli``. The key file is by default ``<digest of the home>.keys`` in ``~/.config/linli``, as root in ``/etc/linli``.
    """
    path = Path(os.environ.get("LINLI_HOME") or _default_path()).expanduser().absolute()
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
    keys_folder = Path("/etc/linli") if os.geteuid() == 0 else Path.home() / ".config/linli"
    key = os.environ.get("LINLI_KEY_FILE") or keys_folder / f"{digest}.keys"
    return Home(path=path, key_file=Path(key).expanduser().absolute())


def _default_path() -> Path:
    clone = Path(__file__).resolve().parents[3]
    is_clone = (clone / "pyproject.toml").is_file() and (clone / "src" / "linli").is_dir()
    if os.geteuid() != 0:
        return clone / ".linli" if is_clone else Path.home() / ".local/share/linli"
    if not is_clone:
        return Path("/var/lib/linli")
    # As root the database runs as another user, who cannot pass through root's own folder.
    is_hidden = clone.is_relative_to("/root")
    return Path("/var/lib/linli") / str(clone).strip("/").replace("/", "-") if is_hidden else clone / ".linli"


def read_or_make_secret(path: Path, *, n_bytes: int = 32) -> str:
    """The secret kept in ``path``, made at random (mode 0600) if the file is not there. Safe when two processes start at once."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(n_bytes))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text().strip()
