"""An issuer of OpenID Connect on this machine: it says of whoever asks what a test wants it to say."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT: Final = "waypost"
SECRET: Final = "the secret of waypost at the issuer"
Claims = dict[str, Any]


class Issuer:
    """Its address, its keys, and what it will say next."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.other_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.nonce = ""
        self.asked: list[dict[str, list[str]]] = []
        self.sign: Callable[[Claims], str] = self.signed
        self.change: Claims = {}

    def signed(self, claims: Claims) -> str:
        """As it should be."""
        return jwt.encode(claims, self.key, "RS256", headers={"kid": "one"})

    def by_another(self, claims: Claims) -> str:
        """With the right name of the key, by somebody else's."""
        return jwt.encode(claims, self.other_key, "RS256", headers={"kid": "one"})

    def by_none(self, claims: Claims) -> str:
        """Not signed at all."""
        return jwt.encode(claims, None, "none", headers={"kid": "one"})  # type: ignore[arg-type]

    def by_our_secret(self, claims: Claims) -> str:
        """With what both sides know: the signature proves nothing of who signed."""
        return jwt.encode(claims, SECRET.ljust(64), "HS256", headers={"kid": "one"})

    def token(self) -> str:
        """What it hands out for a code."""
        now = int(time.time())
        claims: Claims = {
            "iss": self.address,
            "sub": "person-1",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
            "email": "ben@example.org",
            "email_verified": True,
            **self.change,
        }
        return self.sign({name: value for name, value in claims.items() if value is not None})

    def description(self) -> Claims:
        """What it says of itself."""
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "jwks_uri": f"{self.address}/keys",
        }

    def keys(self) -> Claims:
        """Its public key."""
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]}

    def remember(self, location: str) -> dict[str, str]:
        """Takes note of the question that a browser brings, and returns its parts."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        self.nonce = asked.get("nonce", "")
        return asked


@contextmanager
def issuing() -> Iterator[Issuer]:
    """An issuer that answers on a port of its own."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say({"/.well-known/openid-configuration": issuer.description, "/keys": issuer.keys}[self.path]())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            issuer.asked.append(parse_qs(body))
            self._say({"access_token": "a", "token_type": "Bearer", "id_token": issuer.token()})

        def _say(self, what: Claims) -> None:
            content = json.dumps(what).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        issuer = Issuer(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            thread.join()


def forged(token: str, **claims: Any) -> str:
    """A token whose middle was changed after it was signed."""
    head, body, signature = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(body + "=="))
    changed = base64.urlsafe_b64encode(json.dumps({**said, **claims}).encode()).decode().rstrip("=")
    return f"{head}.{changed}.{signature}"
