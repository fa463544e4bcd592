"""Reads the settings' environment: typed, with an error that says how to mend it."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

#: How long libpq waits for a server that is away (seconds; milliseconds of silence on a line that stood).
PATIENCE = {"connect_timeout": "3", "tcp_user_timeout": "10000"}


def flag(name: str, *, default: bool) -> bool:
    """A yes/no variable."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}: write 1 or 0.")


def number(name: str, *, default: int) -> int:
    """A number of 1 or more."""
    value = os.environ.get(name, "").strip() or str(default)
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise ImproperlyConfigured(f"{name} is {value!r}: write a number of 1 or more.")
    return int(value)


def words(name: str) -> list[str]:
    """A comma-separated list; blanks are dropped."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def required(name: str, why: str) -> str:
    """A variable that production cannot do without."""
    value = os.environ.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(f"WAYPOST_ENV=production needs {name}: {why}")
    return value


def development_secret(folder: Path) -> str:
    """The key of a development copy: made once, kept in the data folder, readable by its owner.

    Created under a name of its own and linked into place, so that of two processes
    starting at once both read the one that won.
    """
    path = folder / "secret-key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".secret-key-{os.getpid()}-{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()


def database(url: str, folder: Path) -> dict[str, object]:
    """The default database: SQLite in the data folder, or ``postgres://user:word@host:port/name?sslmode=require``.

    A host that is a folder (percent-encoded) is a unix socket's; what follows ``?`` goes to libpq.
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "waypost.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured("WAYPOST_DATABASE_URL is not of the form postgres://user:password@host:port/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or "") if "%" not in parts.netloc else _socket(parts.netloc),
        "PORT": str(parts.port or ""),
        "OPTIONS": PATIENCE | dict(parse_qsl(parts.query)),
    }


def _socket(netloc: str) -> str:
    """The host part of a netloc in its own case (a folder is case-sensitive)."""
    host = netloc.rsplit("@", 1)[-1].split(":", 1)[0]
    return unquote(host)


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over."""

    host: str
    port: int
    user: str
    password: str
    tls: bool


def mail(url: str) -> MailServer:
    """Reads ``smtp://user:password@host:587?tls=1``. A password never travels in the clear unless ``tls=0`` says so."""
    parts = urlsplit(url)
    if parts.scheme != "smtp" or not parts.hostname:
        raise ImproperlyConfigured("WAYPOST_EMAIL_URL is not of the form smtp://user:password@host:587?tls=1.")
    return MailServer(
        host=parts.hostname,
        port=parts.port or 587,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=parse_qs(parts.query).get("tls", ["1" if parts.password else "0"])[-1] == "1",
    )


@dataclass(frozen=True)
class Mailbox:
    """Where mails that could not be delivered come back to."""

    host: str
    port: int
    user: str
    password: str
    security: Literal["tls", "starttls", "none"]
    folder: str


def mailbox(url: str) -> Mailbox | None:
    """Reads ``imaps://user:password@host/INBOX``, or ``imap://`` with STARTTLS; nothing for an empty address.

    A password never travels in the clear unless ``?tls=0`` says so.
    """
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"imap", "imaps"} or not parts.hostname or not parts.username:
        raise ImproperlyConfigured("WAYPOST_BOUNCE_URL is not of the form imaps://user:password@host/INBOX.")
    starts = parse_qs(parts.query).get("tls", ["1"])[-1] == "1"
    return Mailbox(
        host=parts.hostname,
        port=parts.port or (993 if parts.scheme == "imaps" else 143),
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        security="tls" if parts.scheme == "imaps" else "starttls" if starts else "none",
        folder=unquote(parts.path.strip("/")) or "INBOX",
    )


def oidc(*, production: bool) -> dict[str, Any]:
    """An office's own sign-in, from ``WAYPOST_OIDC_*``; without an issuer all is empty.

    ``origins``: where its sign-in page stands, which browsers must be allowed to be led to.
    """
    issuer = os.environ.get("WAYPOST_OIDC_ISSUER", "").strip().rstrip("/")
    client = os.environ.get("WAYPOST_OIDC_CLIENT_ID", "").strip()
    parts = urlsplit(issuer)
    if issuer and (not parts.hostname or parts.scheme != "https") and (production or parts.scheme != "http"):
        raise ImproperlyConfigured(f"WAYPOST_OIDC_ISSUER is {issuer!r}: write an address that begins with https://.")
    if issuer and not client:
        raise ImproperlyConfigured("WAYPOST_OIDC_ISSUER needs WAYPOST_OIDC_CLIENT_ID: the name we have at the issuer.")
    return {
        "issuer": issuer,
        "client_id": client,
        "client_secret": os.environ.get("WAYPOST_OIDC_CLIENT_SECRET", "").strip(),
        "name": os.environ.get("WAYPOST_OIDC_NAME", "").strip() or "your office",
        "origins": words("WAYPOST_OIDC_ORIGINS") or [f"{parts.scheme}://{parts.netloc}"],
    }
