"""A small OpenID provider on loopback, which checks what it is sent and can be told to lie."""

import base64
import json
import threading
import time
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "arete", "a client's secret"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGERS_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
Answer = tuple[int, dict[str, Any]]


@dataclass
class Double:
    """What the provider says, and what it was asked."""

    port: int = 0
    person: dict[str, Any] = field(
        default_factory=lambda: {
            "sub": "17",
            "email": "nurse@example.org",
            "email_verified": True,
            "name": "A nurse",
        }
    )
    lies: dict[str, Any] = field(default_factory=dict)
    """Claims that take the place of true ones in ID tokens."""
    userinfo_lies: dict[str, Any] = field(default_factory=dict)
    issuer_said: str = ""
    key: rsa.RSAPrivateKey = KEY
    sends_id_token: bool = True
    redirects_discovery: bool = False
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def discovery(self) -> Answer:
        """What it says of itself."""
        if self.redirects_discovery:
            return 302, {"Location": f"{self.issuer}/elsewhere"}
        return 200, {
            "issuer": self.issuer_said or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def authorize(self, sent: dict[str, str]) -> Answer:
        """The person agrees at once; whoever asks wrongly is refused."""
        wanted = {"client_id": CLIENT, "response_type": "code", "code_challenge_method": "S256"}
        if {name: sent.get(name) for name in wanted} != wanted or not sent.get("nonce"):
            return 400, {"error": "invalid_request"}
        code = token_urlsafe(8)
        self.codes[code] = sent
        query = urlencode({"code": code, "state": sent["state"]})
        return 302, {"Location": f"{sent['redirect_uri']}?{query}"}

    def token(self, sent: dict[str, str]) -> Answer:
        """Hand out tokens for a code, once, to whoever began the sign-in."""
        begun = self.codes.pop(sent.get("code", ""), None)
        if begun is None or (sent.get("client_id"), sent.get("client_secret")) != (CLIENT, SECRET):
            return 400, {"error": "invalid_grant"}
        digest = sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if challenge != begun["code_challenge"] or sent.get("redirect_uri") != begun["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 60,
            "nonce": begun["nonce"],
            **self.person,
            **self.lies,
        }
        tokens: dict[str, Any] = {"access_token": "for-userinfo", "token_type": "Bearer"}
        if self.sends_id_token:
            tokens["id_token"] = jwt.encode(claims, self.key, "RS256", headers={"kid": "one"})
        return 200, tokens

    def jwks(self) -> Answer:
        """Its public key."""
        known = json.loads(RSAAlgorithm.to_jwk(KEY.public_key()))
        return 200, {"keys": [{**known, "kid": "one", "alg": "RS256", "use": "sig"}]}

    def answer(self, method: str, path: str, sent: dict[str, str]) -> Answer:
        """Answer one request."""
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return self.discovery()
        if path == "/authorize":
            return self.authorize(sent)
        if path == "/token" and method == "POST":
            return self.token(sent)
        if path == "/userinfo":
            return 200, {**self.person, **self.userinfo_lies}
        return self.jwks() if path == "/jwks" else (404, {})


def serve(double: Double) -> ThreadingHTTPServer:
    """Begin to answer on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def respond(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length).decode()
            sent = {name: values[0] for name, values in parse_qs(parts.query or body).items()}
            status, said = double.answer(self.command, parts.path, sent)
            text = json.dumps(said).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", said["Location"])
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = respond

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    double.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
