"""OpenID Connect sign-in, the protocol alone: discovery, the way out, the way back, and what the identity token must say.

Authorization code flow with PKCE (RFC 7636), state and nonce (OpenID Connect Core 1.0, 3.1). One provider an installation, named by
``LINLI_OIDC_ISSUER`` and ``LINLI_OIDC_CLIENT_ID``; the secret lies in ``secrets/oidc_client_secret`` of the home. Whose account an identity opens is
not decided here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from linli.kernel.errors import LinliError, define

TIMEOUT_S = 10
MAX_ANSWER_BYTES = 1_000_000
KNOWN_FOR_S = 3600
LEEWAY_S = 120
ALGORITHMS = ("RS256", "ES256", "EdDSA")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
UNREACHABLE = define(
    "platform.oidc_unreachable",
    zh="统一身份认证没有应答，请改用用户名和密码，或过一会儿再试",
    en="The identity provider does not answer. Use name and password, or try again in a while",
    status=502,
)
REFUSED = define(
    "platform.oidc_refused",
    zh="统一身份认证的回答通不过检查（{why}），没有登录。请从登录页重新开始",
    en="The identity provider's answer did not pass the checks ({why}); nobody was signed in. Start again from the sign-in page",
    status=403,
)


@dataclass(frozen=True, slots=True)
class Provider:
    issuer: str
    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class Endpoints:
    authorization: str
    token: str
    jwks: str


@dataclass(frozen=True, slots=True)
class Begun:
    """What the session keeps until the browser is back."""

    state: str
    nonce: str
    verifier: str


_known: dict[str, tuple[float, Endpoints, KeySet]] = {}


def configured() -> Provider | None:
    """The provider of this installation; None where staff sign in by name and password only."""
    issuer, client_id = os.environ.get("LINLI_OIDC_ISSUER", ""), os.environ.get("LINLI_OIDC_CLIENT_ID", "")
    if not issuer or not client_id:
        return None
    from linli.platform.home import current_home

    path = current_home().secrets / "oidc_client_secret"
    return Provider(issuer.rstrip("/"), client_id, path.read_text().strip() if path.exists() else "")


def begin(provider: Provider, *, back_url: str) -> tuple[str, Begun]:
    """Where to send the browser, and what to keep for :func:`finish`."""
    begun = Begun(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))
    digest = hashlib.sha256(begun.verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back_url,
        "scope": "openid",
        "state": begun.state,
        "nonce": begun.nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    endpoints, _ = _look_up(provider)
    return f"{endpoints.authorization}?{urllib.parse.urlencode(asked)}", begun


def finish(provider: Provider, begun: Begun, *, state: str, code: str, back_url: str) -> str:
    """The subject the provider vouches for. Refuses another state, a code it does not take, and a token not made for us, now, here."""
    if not secrets.compare_digest(state, begun.state):
        raise LinliError(REFUSED, why="state")
    endpoints, keys = _look_up(provider)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back_url,
        "client_id": provider.client_id,
        "code_verifier": begun.verifier,
    }
    if provider.client_secret:
        form["client_secret"] = provider.client_secret
    answer = _ask(endpoints.token, urllib.parse.urlencode(form).encode())
    return _subject(provider, begun, str(answer.get("id_token", "")), keys)


def _subject(provider: Provider, begun: Begun, id_token: str, keys: KeySet) -> str:
    must = jwt.JWTClaimsRegistry(
        leeway=LEEWAY_S,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": begun.nonce},
    )
    try:
        token = jwt.decode(id_token, keys, algorithms=ALGORITHMS)
        must.validate(token.claims)
    except (JoseError, ValueError) as error:
        raise LinliError(REFUSED, why=type(error).__name__) from error
    subject = token.claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise LinliError(REFUSED, why="sub")
    return subject


def _look_up(provider: Provider) -> tuple[Endpoints, KeySet]:
    """Discovery and keys, kept for an hour."""
    known = _known.get(provider.issuer)
    if known and known[0] > time.monotonic():
        return known[1], known[2]
    said = _ask(f"{provider.issuer}/.well-known/openid-configuration")
    if str(said.get("issuer", "")).rstrip("/") != provider.issuer:
        raise LinliError(REFUSED, why="issuer")
    try:
        endpoints = Endpoints(said["authorization_endpoint"], said["token_endpoint"], said["jwks_uri"])
        keys = KeySet.import_key_set(_ask(endpoints.jwks))  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError, JoseError) as error:
        raise LinliError(UNREACHABLE) from error
    _known[provider.issuer] = (time.monotonic() + KNOWN_FOR_S, endpoints, keys)
    return endpoints, keys


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What is asked for is asked of the address that was named, and of no other."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _ask(url: str, form: bytes | None = None) -> dict[str, Any]:
    parts = urllib.parse.urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise LinliError(REFUSED, why="not https")
    request = urllib.request.Request(url, data=form, headers={"Accept": "application/json"})  # noqa: S310  # checked above
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT_S) as answer:
            said = json.loads(answer.read(MAX_ANSWER_BYTES))
    except urllib.error.HTTPError as error:
        if form is not None and error.code in (400, 401, 403):
            raise LinliError(REFUSED, why="code") from error
        raise LinliError(UNREACHABLE) from error
    except (OSError, ValueError) as error:
        raise LinliError(UNREACHABLE) from error
    if not isinstance(said, dict):
        raise LinliError(UNREACHABLE)
    return said
