"""The file that a backup is: a gzipped tar of the database, the home's files and a manifest.

The manifest names every member with its SHA-256; reading back takes only what it names, only
under names that a home can have, and refuses the whole where one octet differs.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO

from daemon.errors import UsageError

MANIFEST = "backup.json"
DATABASE = "duly.db"
SETTINGS = "duly.toml"
SECRETS = "secrets.toml"
FILES = (SETTINGS, "examples.jsonl")
FOLDERS = ("templates", "models")
FORMAT = 1
COMPRESSION = 1
CHUNK_OCTETS = 1_048_576
MANIFEST_OCTETS_MAX = 4_194_304
MEMBERS_MAX = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file of the archive: its path in the home, size in octets, SHA-256 in hexadecimal."""

    name: str
    octets: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds. `signing` is a fingerprint of the signing key, not the key."""

    taken_at: datetime
    version: str
    signing: str
    members: tuple[Member, ...]

    def to_json(self) -> bytes:
        """Return it as the first member of the archive."""
        value = asdict(self) | {"taken_at": self.taken_at.isoformat(), "format": FORMAT}
        return json.dumps(value, indent=1).encode()


def fingerprint(signing_key: bytes) -> str:
    """Return a short mark of the signing key, by which another one is noticed."""
    return hashlib.blake2b(b"fingerprint of a signing key", key=signing_key[:64]).hexdigest()[:16]


def home_files(home: Path, *, has_secrets: bool) -> Iterator[Path]:
    """Yield what belongs into a backup beside the database; secrets only where they are asked."""
    for name in (*FILES, *((SECRETS,) if has_secrets else ())):
        if (home / name).is_file():
            yield home / name
    for folder in FOLDERS:
        for path in sorted((home / folder).rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path


def described(path: Path, name: str) -> Member:
    """Return a file as a member, read once from end to end."""
    digest = hashlib.sha256()
    octets = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_OCTETS):
            digest.update(chunk)
            octets += len(chunk)
    return Member(name=name, octets=octets, sha256=digest.hexdigest())


def write_archive(
    target: Path, database: Path, home: Path, *, has_secrets: bool, taken_at: datetime,
    version: str, signing: str,
) -> Manifest:  # fmt: skip
    """Write the archive beside its name and rename it into place: it is whole or not there.

    Raises:
        OSError: The place cannot be written.
    """
    sources = [(database, DATABASE)]
    sources += [
        (path, path.relative_to(home).as_posix())
        for path in home_files(home, has_secrets=has_secrets)
    ]
    manifest = Manifest(
        taken_at=taken_at,
        version=version,
        signing=signing,
        members=tuple(described(path, name) for path, name in sources),
    )
    beside = target.with_name(f".{target.name}.part")
    try:
        handle = os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with (
            os.fdopen(handle, "wb") as file,
            tarfile.open(fileobj=file, mode="w:gz", compresslevel=COMPRESSION) as tar,
        ):
            spoken = manifest.to_json()
            head = tarfile.TarInfo(MANIFEST)
            head.size, head.mode = len(spoken), 0o600
            tar.addfile(head, io.BytesIO(spoken))
            for (path, _), member in zip(sources, manifest.members, strict=True):
                entry = tarfile.TarInfo(member.name)
                entry.size, entry.mode = member.octets, 0o600
                with path.open("rb") as source:
                    tar.addfile(entry, source)
        with beside.open("rb") as written:
            os.fsync(written.fileno())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return manifest


def read_archive(archive: Path, folder: Path) -> Manifest:
    """Unpack into an empty folder, every member compared with the manifest.

    Raises:
        UsageError: It is no backup of Duly's, is of a newer format, or a member is damaged.
    """
    try:
        with tarfile.open(archive, "r:gz") as tar:
            first = tar.next()
            stream = tar.extractfile(first) if first is not None else None
            if first is None or stream is None or first.name != MANIFEST:
                raise UsageError(f"{archive} is no backup of Duly")
            manifest = read_manifest(stream.read(MANIFEST_OCTETS_MAX))
            wanted = {member.name: member for member in manifest.members}
            for entry in tar:
                if entry.offset == first.offset:
                    continue
                member = wanted.pop(entry.name, None)
                content = tar.extractfile(entry) if entry.isfile() else None
                if member is None or content is None:
                    raise UsageError(f"{archive} holds {entry.name!r}, which its list does not")
                unpack(content, member, folder)
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        raise UsageError(f"{archive} cannot be read: {error}") from error
    if wanted:
        raise UsageError(f"{archive} is cut short: {', '.join(sorted(wanted))} is missing")
    return manifest


def read_manifest(text: bytes) -> Manifest:
    """Read the list of a backup.

    Raises:
        UsageError: It is not one, or of a newer format.
    """
    try:
        value = json.loads(text)
        if value["format"] != FORMAT:
            raise UsageError(f"the backup is of format {value['format']}: use a newer Duly")
        members = tuple(member_of(entry) for entry in value["members"][:MEMBERS_MAX])
        manifest = Manifest(
            taken_at=datetime.fromisoformat(value["taken_at"]).astimezone(UTC),
            version=str(value["version"]),
            signing=str(value["signing"]),
            members=members,
        )
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise UsageError("the list of the backup cannot be read") from error
    for member in members:
        if not is_home_name(member.name):
            raise UsageError(f"the backup names {member.name!r}, which is no file of a home")
    return manifest


def member_of(entry: Mapping[str, object]) -> Member:
    """Read one line of the list.

    Raises:
        ValueError, KeyError, TypeError: It is not one.
    """
    return Member(
        name=str(entry["name"]), octets=int(str(entry["octets"])), sha256=str(entry["sha256"])
    )


def is_home_name(name: str) -> bool:
    """Tell whether a home keeps a file under this name, and nowhere outside of it."""
    path = PurePosixPath(name)
    if name in (DATABASE, SECRETS, *FILES):
        return True
    is_plain = name.isprintable() and ".." not in path.parts and "\\" not in name
    return is_plain and len(path.parts) > 1 and path.parts[0] in FOLDERS


def unpack(content: IO[bytes], member: Member, folder: Path) -> None:
    """Write one member below the folder.

    Raises:
        UsageError: It is not what the list says.
    """
    path = folder / member.name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    octets = 0
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        while chunk := content.read(CHUNK_OCTETS):
            octets += len(chunk)
            if octets > member.octets:
                break
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if (octets, digest.hexdigest()) != (member.octets, member.sha256):
        raise UsageError(f"{member.name} in the backup is damaged: its checksum differs")
