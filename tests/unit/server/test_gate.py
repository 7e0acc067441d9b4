"""Who may ask: only the studio's own page, on this machine; beyond it, who has the token."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from segue.server.gate import CONTENT_SECURITY_POLICY, MAX_BODY_BYTES
from segue.sound import GM_SOUNDFONT
from tests.studios import ADDRESS, PORT, Client, running

TOKEN = "a token"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with running(tmp_path_factory.mktemp("projects")) as client:
        yield client


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with running(tmp_path_factory.mktemp("projects"), token=TOKEN) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/api/info", "/api/projects", "/sound/gm.sf3"])
@pytest.mark.parametrize(
    "host",
    ["evil.example", f"evil.example:{PORT}", "127.0.0.1", f"127.0.0.1:{PORT + 1}", "",
     f"127.0.0.1.evil.example:{PORT}", f"127.0.0.1:{PORT}@evil.example"],
)  # fmt: skip
def test_another_host_is_refused(studio: Client, path: str, host: str) -> None:
    answer = studio.http.get(path, headers={"Host": host})
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "foreign_host"


@pytest.mark.parametrize("host", [f"localhost:{PORT}", f"127.0.0.1:{PORT}", f"[::1]:{PORT}"])
def test_the_names_of_this_machine_are_served(studio: Client, host: str) -> None:
    assert studio.http.get("/api/info", headers={"Host": host}).status_code == 200
    own = {"Host": host, "Origin": f"http://{host}"}
    assert studio.http.get("/api/info", headers=own).status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE", "OPTIONS", "PUT"])
@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", f"https://127.0.0.1:{PORT}", f"http://localhost:{PORT}",
     "http://127.0.0.1:3000", "http://127.0.0.1", ""],
)  # fmt: skip
def test_a_page_of_another_origin_is_refused(studio: Client, method: str, origin: str) -> None:
    answer = studio.http.request(method, "/api/projects", headers={"Origin": origin})
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "foreign_page"
    assert "access-control-allow-origin" not in answer.headers


def test_a_request_that_another_site_causes_is_refused_even_without_an_origin(
    studio: Client,
) -> None:
    for site in ("cross-site", "same-site"):
        answer = studio.http.get("/api/info", headers={"Sec-Fetch-Site": site})
        assert answer.status_code == 403
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert studio.http.get("/", headers=followed).status_code == 200
    assert studio.http.get("/api/info", headers=followed).status_code == 403


@pytest.mark.parametrize("path", ["/", "/api/info", "/api/none", "/sound/gm.sf3"])
def test_every_answer_has_the_security_headers(studio: Client, path: str) -> None:
    headers = studio.http.get(path).headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"


def test_the_policy_for_content_lets_nothing_in_from_elsewhere() -> None:
    directives = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))
    assert directives["default-src"] == "'none'"
    for name, sources in directives.items():
        allowed = set(sources.split())
        assert allowed <= {"'none'", "'self'", "'wasm-unsafe-eval'", "blob:", "data:"}, name
        assert name == "script-src" or "'wasm-unsafe-eval'" not in allowed
    assert directives["script-src"].split() == ["'self'", "'wasm-unsafe-eval'"]
    assert directives["frame-ancestors"] == directives["base-uri"] == "'none'"


def test_what_a_page_of_another_machine_lacks_is_told_with_the_studio_s_own_port(
    studio: Client, remote: Client
) -> None:
    assert studio.get("/info")["secure_hint"] is None
    for host, tunnel in (
        ("box.local", f"ssh -L {PORT}:box.local:{PORT} box.local"),
        ("[fe80::1]", f"ssh -L {PORT}:[fe80::1]:{PORT} fe80::1"),
    ):
        answer = remote.http.get(
            "/api/info", params={"token": TOKEN}, headers={"Host": f"{host}:{PORT}"}
        )
        assert tunnel in answer.json()["secure_hint"]


def test_a_body_that_is_too_large_is_refused_announced_or_not(studio: Client) -> None:
    large = b"0" * (MAX_BODY_BYTES + 1)
    for body in (large, iter([large[: MAX_BODY_BYTES // 2]] * 3)):
        answer = studio.http.post("/api/projects/upload", content=body)
        assert answer.status_code == 413
        assert answer.json()["error"]["code"] == "too_large"


@pytest.mark.parametrize("given", ["", "?token=", "?token=wrong", "?token=%C3%A9"])
def test_beyond_this_machine_nothing_is_served_without_the_token(
    remote: Client, given: str
) -> None:
    remote.http.cookies.clear()
    for path in ("/", "/api/info", "/sound/gm.sf3", "/api/projects"):
        answer = remote.http.get(path + given)
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "token"


def test_the_token_in_the_address_becomes_a_cookie(remote: Client) -> None:
    remote.http.cookies.clear()
    answer = remote.http.get(f"/?token={TOKEN}&project=mine", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/?project=mine"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert remote.http.get("/api/info").status_code == 200
    own = {"Host": "studio.local:8765", "Origin": "http://studio.local:8765"}
    remote.http.cookies.clear()
    assert remote.http.get(f"/api/info?token={TOKEN}", headers=own).status_code == 200
    foreign = {**own, "Origin": ADDRESS}
    assert remote.http.get(f"/api/info?token={TOKEN}", headers=foreign).status_code == 403


def test_a_page_that_leads_here_with_the_token_is_led_on_by_a_page_of_the_studio(
    remote: Client,
) -> None:
    """A strict cookie would not go along with a redirect that another page begins."""
    remote.http.cookies.clear()
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    address = f"/?token={TOKEN}&project=%22%3E%3Cscript%3E"
    answer = remote.http.get(address, headers=link, follow_redirects=False)
    assert answer.status_code == 200
    assert answer.text == (
        '<meta http-equiv="refresh" content="0;url=/?project=%22%3E%3Cscript%3E">'
    )
    assert "samesite=strict" in answer.headers["set-cookie"].lower()
    assert remote.http.get("/api/info").status_code == 200
    remote.http.cookies.clear()


def test_the_soundfont_is_sent_as_it_is_within_this_machine(studio: Client) -> None:
    here = TestClient(studio.http.app, base_url=ADDRESS, client=("127.0.0.1", 50_000))
    answer = here.get("/sound/gm.sf3")
    assert "content-encoding" not in answer.headers
    assert answer.content == GM_SOUNDFONT.read_bytes()
    same = {"If-None-Match": answer.headers["etag"]}
    assert here.get("/sound/gm.sf3", headers=same).status_code == 304


def test_the_soundfont_is_sent_compressed_and_once(studio: Client) -> None:
    answer = studio.http.get("/sound/gm.sf3")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content[:4] == b"RIFF"
    again = studio.http.get("/sound/gm.sf3", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    plain = studio.http.get("/sound/gm.sf3", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == answer.content
