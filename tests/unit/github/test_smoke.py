"""The smoke test against servers with certificates of their own: what it believes, and what it does not."""

import http.server
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from github.test_scripts import script

STAGING = "/C=US/O=(STAGING) Let's Encrypt/CN=(STAGING) Test Authority"


def _openssl(folder: Path, *arguments: str) -> None:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("UNCHECKED: no openssl; install the Debian package openssl")
    subprocess.run([program, *arguments], cwd=folder, check=True, capture_output=True, timeout=60)


def _certificate(folder: Path, *, issuer: str, host: str = "localhost", days: int = 2) -> Path:
    """A certificate for a host with its key, signed by an authority of that name."""
    new = ("req", "-newkey", "rsa:2048", "-nodes", "-keyout")
    _openssl(folder, *new, "ca.key", "-x509", "-days", "2", "-subj", issuer, "-out", "ca.pem")
    _openssl(folder, *new, "leaf.key", "-subj", f"/CN={host}", "-out", "leaf.csr")
    (folder / "names").write_text(f"subjectAltName=DNS:{host}\n", "utf-8")
    signing = ("x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-extfile", "names")
    _openssl(folder, *signing, "-days", str(days), "-out", "leaf.pem")
    path = folder / "both.pem"
    path.write_text((folder / "leaf.pem").read_text() + (folder / "leaf.key").read_text(), "utf-8")
    return path


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def _serving(certificate: Path) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"https://localhost:{server.server_port}"
        server.shutdown()


def _smoke(folder: Path, url: str, issuer: str) -> subprocess.CompletedProcess[str]:
    path = folder / "smoke.sh"
    # One attempt is enough: nothing here changes between two.
    path.write_text(script("smoke").replace("{1..30}", "1").replace("--retry 30", "--retry 0"), "utf-8")
    variables = {"API_URL": f"{url}/healthz", "APP_URL": f"{url}/", "ISSUER": issuer, "PAUSE": "0"}
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", **variables}
    return subprocess.run(["bash", str(path)], env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_a_certificate_of_the_staging_environment_is_believed(tmp_path: Path) -> None:
    """With the issuer `staging` a certificate of that issuer, for the host, and in its dates, is enough."""
    with _serving(_certificate(tmp_path, issuer=STAGING)) as url:
        done = _smoke(tmp_path, url, "staging")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("answers") == 2


@pytest.mark.parametrize(
    ("issuer", "host", "days"),
    [
        ("/O=Acme Co/CN=Kubernetes Ingress Controller Fake Certificate", "localhost", 2),
        ("/CN=TRAEFIK DEFAULT CERT", "localhost", 2),
        (STAGING, "app.example.com", 2),
        (STAGING, "localhost", -1),
    ],
    ids=["ingress-nginx", "traefik", "another host", "expired"],
)
def test_another_certificate_is_a_failure(tmp_path: Path, issuer: str, host: str, days: int) -> None:
    """No certificate was issued: the one that the ingress controller makes itself, or an old one, is not believed."""
    with _serving(_certificate(tmp_path, issuer=issuer, host=host, days=days)) as url:
        done = _smoke(tmp_path, url, "staging")
    assert done.returncode != 0
    assert "no valid certificate of Let's Encrypt's staging environment" in done.stderr
    assert "issuer=" in done.stderr, "a certificate was seen, and refused"


def test_production_believes_what_is_trusted_only(tmp_path: Path) -> None:
    """With the issuer `production` a certificate of the staging environment is a failure."""
    with _serving(_certificate(tmp_path, issuer=STAGING)) as url:
        done = _smoke(tmp_path, url, "production")
    assert done.returncode != 0
    assert "certificate" in done.stderr
