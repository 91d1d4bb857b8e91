"""Hypothesis profiles, and a PostgreSQL for whoever asks for one (see `postgres`).

`HYPOTHESIS_PROFILE` picks a profile:

dev      quick and random, for the next edit
ci       the same examples in each run, so that a red build is about the change
nightly  many random examples, for what nobody has thought of
mutants  those of ci; a failing one is not made smaller, since nobody will read it
"""

import gc
import os
from collections.abc import Iterator
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from sqlalchemy import Engine, create_engine, text

from pledgeflow.storage.sql import SqlStore
from tests.covering import Counting
from tests.postgres import announce, database, emptied, server_url, withdraw

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci",
    max_examples=45,
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("nightly", max_examples=2000, deadline=None, print_blob=True)
settings.register_profile(
    "mutants",
    settings.get_profile("ci"),
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Counting())
    if not hasattr(config, "workerinput"):
        announce()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        withdraw()


def pytest_collection_finish() -> None:
    # What was imported is no garbage, and policies are large: to look all that through again and
    # again takes an eighth of the time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Engine]:
    """An engine on the server, outside of the databases of the tests."""
    engine = create_engine(server_url())
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_of_worker(postgres_server: Engine) -> Iterator[Engine]:
    """An engine on this worker's own database, with the tables in it. Whoever uses it empties it."""
    with database(postgres_server, f"pledgeflow_{uuid4().hex}") as url:
        engine = create_engine(url, pool_size=20)
        SqlStore(engine).create()
        yield engine
        engine.dispose()


@pytest.fixture
def postgres(postgres_of_worker: Engine) -> Engine:
    """A PostgreSQL with nothing in it but the tables, to be left as it is but for what is in them."""
    emptied(postgres_of_worker)
    return postgres_of_worker


@pytest.fixture
def new_postgres(postgres_of_worker: Engine) -> Iterator[str]:
    """The URL of a PostgreSQL without any table, to do with as a test likes."""
    name = f"new_{uuid4().hex}"
    with postgres_of_worker.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    url = postgres_of_worker.url.update_query_dict({"options": f"-csearch_path={name}"})
    yield url.render_as_string(hide_password=False)
    with postgres_of_worker.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
