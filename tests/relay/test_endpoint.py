"""Over the network: what counts as received, and what is done about everything else."""

from __future__ import annotations

import pickle
import ssl
import subprocess
import time
from datetime import timedelta
from pathlib import Path

import pytest

from pledgeflow.errors import DeliveryError, PledgeflowError
from pledgeflow.relay.endpoint import Endpoint
from pledgeflow.storage.sql import SqlStore
from tests.relay.fakes import Clock, happen, relay, stream
from tests.relay.serving import Answer, babbles, breaks_off, drips, hangs, says, served

AN = stream("an")
SOON = timedelta(seconds=0.3)
EVENT = {"id": "1", "sequence": "0000000001", "data": {"words": "承诺"}}


def test_what_is_sent_is_structured_json() -> None:
    with served(says(204)) as site:
        Endpoint(site.url)(EVENT)
    ((headers, event),) = site.got
    assert event == EVENT
    assert headers["Content-Type"] == "application/cloudevents+json; charset=UTF-8"
    assert headers["path"] == "/events?from=us"
    assert "Authorization" not in headers


def test_a_token_is_shown() -> None:
    with served(says(200)) as site:
        Endpoint(site.url, token="secret")(EVENT)
    assert site.got[0][0]["Authorization"] == "Bearer secret"


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_what_counts_as_received(status: int) -> None:
    with served(says(status)) as site:
        Endpoint(site.url)(EVENT)


@pytest.mark.parametrize(
    ("answer", "why", "refused", "after"),
    [
        (says(500), "the receiver answered 500", False, None),
        (says(503, Retry_After="120"), "the receiver answered 503", False, 120),
        (says(429, Retry_After="7"), "the receiver answered 429", False, 7),
        (says(429, Retry_After="-7"), "the receiver answered 429", False, None),
        (says(429, Retry_After="9" * 400), "the receiver answered 429", False, None),
        (says(503, Retry_After="Fri, 31 Dec 2027 23:59:59 GMT"), "answered 503", False, None),
        (says(408), "the receiver answered 408", False, None),
        (says(400), "the receiver answered 400; look into it there", True, None),
        (says(410), "the receiver answered 410; look into it there", True, None),
        (says(302, Location="http://localhost:1/"), "the receiver answered 302", True, None),
        (breaks_off, "the receiver broke off before it answered", False, None),
        (babbles, "the receiver broke off before it answered", False, None),
        (hangs, "the receiver did not answer in time", False, None),
        (drips, "the receiver did not answer in time", False, None),
    ],
)
def test_what_does_not(answer: Answer, why: str, refused: bool, after: int | None) -> None:
    begun = time.monotonic()
    with served(answer) as site, pytest.raises(DeliveryError, match=why) as error:
        Endpoint(site.url, timeout=SOON)(EVENT)
    assert time.monotonic() - begun < 5
    assert error.value.refused is refused
    assert error.value.unreachable is False
    assert error.value.after == (timedelta(seconds=after) if after is not None else None)
    again = pickle.loads(pickle.dumps(error.value))
    assert (str(again), again.args) == (str(error.value), error.value.args)


def test_one_that_cannot_be_reached() -> None:
    with served(says(200)) as site:
        pass
    with pytest.raises(DeliveryError, match="the receiver cannot be reached") as error:
        Endpoint(site.url, timeout=SOON)(EVENT)
    assert error.value.unreachable is True


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "ftp://example.org/",
        "http://",
        "http://h:99999/",
        "http://[/",
        "http://a b/",
        "https://例.org/",
        "http://h/\n",
    ],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(PledgeflowError, match="is no address to hand events to"):
        Endpoint(url)


def test_secrets_do_not_go_astray() -> None:
    with pytest.raises(PledgeflowError, match="neither a password"):
        Endpoint("https://me:secret@example.org/")
    with pytest.raises(PledgeflowError, match="use https"):
        Endpoint("http://example.org/", token="secret")
    with pytest.raises(PledgeflowError, match="no header can") as error:
        Endpoint("https://example.org/", token="sec\r\nret")
    assert "sec" not in str(error.value)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of nobody's but our own, with its key, for `localhost`."""
    file = tmp_path_factory.mktemp("tls") / "own.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    made += ["-nodes", "-keyout", str(file), "-out", f"{file}.crt", "-days", "2"]
    made += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(made, check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + Path(f"{file}.crt").read_bytes())
    return file


def test_certificates_are_verified(certificate: Path) -> None:
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(certificate)
    with served(says(200), certificate=own) as site:
        with pytest.raises(DeliveryError, match="cannot be reached") as error:
            Endpoint(site.url, timeout=SOON * 10)(EVENT)
        assert error.value.unreachable is True
        assert site.got == []
        trusting = ssl.create_default_context(cafile=str(certificate))
        Endpoint(site.url, context=trusting)(EVENT)
        other = site.url.replace("localhost", "127.0.0.1")
        with pytest.raises(DeliveryError, match="cannot be reached"):
            Endpoint(other, context=trusting)(EVENT)
    assert len(site.got) == 1


def test_one_that_answers_twice_has_not_answered_the_next(store: SqlStore, clock: Clock) -> None:
    happen(store, AN, 3)
    with served(says(200, "and again")) as site:
        answers = iter([says(200, "twice"), says(500), says(200)])
        site.answer = lambda handler: next(answers)(handler)  # noqa: PLW0108 (another each time)
        handing = relay(store, Endpoint(site.url, timeout=SOON * 10), clock)
        assert handing.once().handed == 1
        clock.go(seconds=2)
        site.answer = says(200, "twice")
        assert handing.once().handed == 2
    assert site.versions == [1, 2, 2, 3]


def test_a_bad_day(store: SqlStore, clock: Clock) -> None:
    """Down, up with errors, hanging, breaking off, and well again: all is there, and in order."""
    people = [stream(f"p{n}") for n in range(5)]
    for each in people:
        happen(store, each, 2, at_once=2)
    with served(says(200)) as site:
        port = int(site.url.split(":")[2].partition("/")[0])
    handing = relay(store, Endpoint(site.url, timeout=SOON), clock)
    for _ in range(50):
        handing.turn()
        clock.go(minutes=20)
    troubles: list[Answer] = [says(500), hangs, breaks_off, says(429, Retry_After="60"), says(404)]
    with served(says(500), port=port) as site:
        for trouble in troubles:
            site.answer = trouble
            handing.once()
            clock.go(minutes=11)
        handed_over = {event["id"] for _, event in site.got}
        assert len(handed_over) == len(people)
        site.answer, site.got[:] = says(202), []
        assert handing.once().handed == 20
    for each in people:
        own = [int(e["sequence"]) for _, e in site.got if e["subject"] == str(each)]
        assert own == [1, 2, 3, 4]
