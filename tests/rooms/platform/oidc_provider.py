"""A small OpenID provider on the loopback, as real as the protocol asks: codes, PKCE, signed tokens. It can be told to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "linli"
SECRET = "of the client"


@dataclass
class Idp:
    """``subject`` signs in at every visit. ``lies`` replace claims; ``key`` another key signs with ``forged``."""

    url: str = ""
    subject: str = "staff-17"
    lies: dict[str, object] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, parameters={"kid": "1"}))
    forged: RSAKey | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorize(self, location: str) -> str:
        """What the browser would do at the provider: come, be known, go back with a code. The address to go back to."""
        asked = {key: values[0] for key, values in parse_qs(urlsplit(location).query).items()}
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str]) -> dict[str, str] | None:
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if asked is None or base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return None
        if form.get("client_secret") != SECRET or form["redirect_uri"] != asked["redirect_uri"]:
            return None
        now = int(time.time())
        claims = {
            "iss": self.url, "aud": CLIENT, "sub": self.subject, "iat": now, "exp": now + 300, "nonce": asked["nonce"],
        } | self.lies  # fmt: skip
        kept = {name: value for name, value in claims.items() if value is not None}
        return {
            "id_token": jwt.encode({"alg": "RS256", "kid": "1"}, kept, self.forged or self.key),
            "token_type": "Bearer",
        }


@contextmanager
def provider() -> Iterator[Idp]:
    idp = Idp()

    class Handler(BaseHTTPRequestHandler):
        def _say(self, status: int, body: object) -> None:
            raw = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def do_GET(self) -> None:
            if self.path.startswith("/.well-known/"):
                self._say(200, {
                    "issuer": idp.url, "authorization_endpoint": f"{idp.url}/auth", "token_endpoint": f"{idp.url}/token",
                    "jwks_uri": f"{idp.url}/keys",
                })  # fmt: skip
            else:
                self._say(200, {"keys": [idp.key.as_dict(private=False)]})

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
            answer = idp.token({key: values[0] for key, values in parse_qs(raw).items()})
            self._say(200 if answer else 400, answer or {"error": "invalid_grant"})

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    idp.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield idp
    finally:
        server.shutdown()
