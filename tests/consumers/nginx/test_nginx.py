"""What the server of the single-page app answers, asked of a real nginx with the generated configuration."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ddms_compile.local.images import emit_images
from delivery_cases.project import changed, emitted, specs
from example_project import built
from oracles import nginx

CONFIGURATION = built() / "generated" / "images" / "frontend" / "nginx.conf"
API = "https://api.example.test"
PAGE = "<!doctype html><title>The app</title>" + "<p>words</p>" * 100
ASSET = "console.log('asset');\n" * 100


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parent") / "site"
    for name, text in {
        "index.html": PAGE,
        "robots.txt": "User-agent: *\n",
        "assets/app-0a1b2c3d.js": ASSET,
        "assets/.map": "secret",
        ".env": "secret",
        ".git/config": "secret",
        "../outside.txt": "secret",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def configuration() -> str:
    """As the image holds it: with the API's address."""
    if reason := nginx.unavailable():
        pytest.skip(f"UNCHECKED by nginx: {reason}")
    return CONFIGURATION.read_text("utf-8").replace("API_ORIGIN", API)


@pytest.fixture(scope="module")
def server(configuration: str, site: Path) -> Iterator[nginx.Nginx]:
    with nginx.serving(configuration, site) as running:
        yield running


def test_nginx_accepts_the_configuration(configuration: str) -> None:
    """`nginx -t` finds nothing to object to, and does so when there is something."""
    assert nginx.check(configuration) == ""
    assert "unknown directive" in nginx.check(configuration.replace("server_tokens", "server_token"))


ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
}


@pytest.mark.parametrize(
    ("target", "status"),
    [("/", 200), ("/robots.txt", 200), ("/assets/app-0a1b2c3d.js", 200), ("/assets/gone.js", 404), ("/.env", 404)],
)
def test_every_answer_is_hardened_and_none_tells_a_version(server: nginx.Nginx, target: str, status: int) -> None:
    """Errors as well as pages: the headers, and a server without a number."""
    answer = server.ask(target)
    assert answer.status == status
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert answer.headers["server"] == "nginx"
    assert not re.search(rb"nginx/\d", answer.body)
    assert {"camera=()", "geolocation=()"} <= set(answer.headers["permissions-policy"].split(", "))


def test_the_policy_admits_the_api_and_no_other_origin(server: nginx.Nginx) -> None:
    """Scripts come from the app's own origin, data from there and from the API; nobody may frame the app."""
    policy = server.ask("/").headers["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["connect-src"] == f"'self' {API}"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert "unsafe" not in policy


@pytest.mark.parametrize("target", ["/", "/orders", "/orders/17/edit?tab=1", "/a.b/c", "/index.html"])
def test_every_path_of_the_app_is_its_page_and_is_asked_for_anew(server: nginx.Nginx, target: str) -> None:
    """History fallback: a reload anywhere works, and the page that names the assets is never out of date."""
    answer = server.ask(target)
    assert (answer.status, answer.body.decode()) == (200, PAGE)
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"].startswith("text/html")


def test_assets_are_kept_for_ever_and_a_missing_one_is_no_page(server: nginx.Nginx) -> None:
    """What has a hash in its name never changes; a page in place of a script would be run as one and then kept."""
    answer = server.ask("/assets/app-0a1b2c3d.js")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "javascript" in answer.headers["content-type"]
    missing = server.ask("/assets/app-ffffffff.js")
    assert (missing.status, missing.headers["cache-control"]) == (404, "no-store")
    again = server.ask("/assets/app-0a1b2c3d.js", if_none_match=answer.headers["etag"])
    assert (again.status, again.headers["cache-control"]) == (304, "public, max-age=31536000, immutable")


@pytest.mark.parametrize(
    "target",
    [
        "/../outside.txt",
        "/assets/../../outside.txt",
        "/%2e%2e/outside.txt",
        "/..%2foutside.txt",
        "/assets/..%2f..%2foutside.txt",
        "/%252e%252e%252foutside.txt",
        "/..\\outside.txt",
        "/%5c..%5coutside.txt",
        "//outside.txt",
        "/assets/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/.env",
        "/%2eenv",
        "/.git/config",
        "/assets/.map",
        "/index.html%00.env",
    ],
)
def test_nothing_but_the_site_is_served(server: nginx.Nginx, target: str) -> None:
    """Whatever is tried to get out of the folder, or at files that begin with a dot, gives none of them."""
    answer = server.ask(target)
    assert b"secret" not in answer.body
    assert b"root:" not in answer.body
    assert answer.status in (200, 400, 404)
    assert answer.status != 200 or answer.body.decode() == PAGE


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_only_reading_is_allowed(server: nginx.Nginx, method: str) -> None:
    """It is a server of files."""
    assert server.ask("/", method=method).status == 405
    assert server.ask("/", method="HEAD").status == 200


@pytest.mark.parametrize(
    ("status", "target", "method", "headers"),
    [
        (400, "/%00", "GET", {}),
        (400, "no-path", "GET", {}),
        (400, "/", "GET", {"x_long": "a" * 40_000}),
        (405, "/", "POST", {"content_length": "99999"}),
        (412, "/", "GET", {"if_match": '"another"'}),
        (414, "/" + "a" * 9000, "GET", {}),
    ],
)
def test_a_refusal_is_as_hardened_as_a_page(
    server: nginx.Nginx, status: int, target: str, method: str, headers: dict[str, str]
) -> None:
    """Also where nginx answers before it has read the request; and nobody keeps the answer."""
    answer = server.ask(target, method=method, **headers)
    assert answer.status == status
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert (answer.headers["server"], answer.headers["cache-control"]) == ("nginx", "no-store")


def test_text_is_compressed_for_those_who_ask(server: nginx.Nginx) -> None:
    """And caches are told that there are two forms of it."""
    answer = server.ask("/assets/app-0a1b2c3d.js", accept_encoding="gzip")
    assert (answer.headers["content-encoding"], answer.headers["vary"]) == ("gzip", "Accept-Encoding")
    parts = answer.body if "content-length" in answer.headers else _unchunked(answer.body)
    assert gzip.decompress(parts).decode() == ASSET
    assert "content-encoding" not in server.ask("/assets/app-0a1b2c3d.js").headers


def test_the_probe_is_answered(server: nginx.Nginx) -> None:
    """By nginx itself: it needs no file."""
    answer = server.ask("/healthz")
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, b"ok\n", "text/plain")


@pytest.mark.parametrize("path", ["/", "/index.html"])
def test_a_probe_of_the_page_leaves_it_the_page(configuration: str, site: Path, path: str) -> None:
    """Whoever asks for `/` to see whether nginx is well must not turn the app into two letters for everybody."""
    shipped = specs()
    of = {n: changed(s, workloads__frontend__probes__liveness__path=path) for n, s in shipped.items()}
    text = emitted(emit_images, of)["generated/images/frontend/nginx.conf"].text.replace("API_ORIGIN", API)
    with nginx.serving(text, site) as server:
        assert [server.ask(each).body.decode() for each in ("/", "/index.html")] == [PAGE, PAGE]


def test_everything_is_written_below_one_folder(server: nginx.Nginx) -> None:
    """The file system of the pod is read-only but for /tmp: the process id and all temporary files are there."""
    assert {path.name for path in server.written.iterdir()} >= {"nginx.pid", "client", "proxy"}
    text = CONFIGURATION.read_text("utf-8")
    written = re.findall(r"^\s*(?:pid|\w+_temp_path) (\S+);", text, re.MULTILINE)
    assert len(written) == 6
    assert all(path.startswith("/tmp/") for path in written)


def _unchunked(body: bytes) -> bytes:
    found = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        found, body = found + body[: int(size, 16)], body[int(size, 16) + 2 :]
    return found
