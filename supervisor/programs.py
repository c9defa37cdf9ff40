"""The application's own processes: web, worker, beat and the demo Hub."""

import json
import socket
from pathlib import Path

from supervisor.children import Program
from supervisor.folders import write_privately
from supervisor.says import Refusal
from supervisor.services import House
from supervisor.toolchain import PYTHON

WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - addresses to recognise, not to bind.
# More threads than this queue for the interpreter lock; fewer, and two slow downloads would hold everybody up.
WEB_THREADS = 4
WORKER_PROCESSES = "2,1"
QUEUES = "io,cpu"
# One worker has nobody to gossip with, and looking for others would delay its start by a second.
QUIET = ["--without-gossip", "--without-mingle", "--without-heartbeat"]


def refuse_busy_port(bind: str, port: int) -> None:
    """Find out before anything starts whether the web server will get its port.

    Raises:
        Refusal: somebody listens there, or the address is not one of this machine's.
    """
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            # Connections of a server that just stopped linger, and do not stop the next one.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((bind, port))
            probe.listen(1)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Refusal(
            f"Port {port} on {bind} cannot be used: {reason}. Choose another with --port or --bind."
        ) from None
    if ":" not in bind and is_by_name(bind) and is_answered("::1", port):
        raise Refusal(
            f"Port {port} on ::1 belongs to somebody else, and browsers would take them for localhost:{port}. "
            "Choose another with --port."
        )


def is_answered(host: str, port: int) -> bool:
    """Say whether somebody listens at an address of this machine."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def free_port(wanted: int) -> int:
    """Return the wanted port if nobody listens there, otherwise one that the system chooses."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                continue
            chosen: int = probe.getsockname()[1]
            return chosen
    raise Refusal("This machine has no free port on 127.0.0.1.")


def is_by_name(bind: str) -> bool:
    """Say whether a server there is reached as `localhost`: browsers make no passkeys for numbers."""
    return WILDCARDS.get(bind, bind) in {"127.0.0.1", "::1"}


def web_address(bind: str, port: int) -> str:
    """Return the address under which this machine reaches the web server."""
    host = "localhost" if is_by_name(bind) else bind
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def allowed_hosts(bind: str) -> str:
    """Return the names under which the site answers, unless the operator lists them in ALLOWED_HOSTS."""
    names = {"127.0.0.1", "localhost", "[::1]"}
    if bind in WILDCARDS:
        names |= {socket.gethostname(), socket.getfqdn()}
    elif ":" in bind:
        names.add(f"[{bind}]")
    else:
        names.add(bind)
    return ",".join(sorted(names))


def web(house: House, bind: str, port: int) -> Program:
    """The web server: one process, since a second one costs a fifth of the memory budget."""
    options = ["--interface", "wsgi", "--host", bind, "--port", str(port), "--workers", "1"]
    options += [
        "--blocking-threads",
        str(WEB_THREADS),
        "--no-ws",
        "--respawn-failed-workers",
        "--log-level",
        "warning",
    ]
    return application(house, "web", ["-m", "granian", *options, "config.wsgi:application"])


def worker(house: House) -> Program:
    """The worker that does the runs."""
    # A second process comes when two runs wait and goes when one is enough: idle, it would only hold memory.
    options = [
        "--pool",
        "prefork",
        "--autoscale",
        WORKER_PROCESSES,
        "--queues",
        QUEUES,
        "--loglevel",
        "WARNING",
    ]
    # Celery would otherwise run Django's checks, which load every page into a process that shows none.
    return application(
        house, "worker", ["-m", "celery", "-A", "config", "worker", *options, *QUIET], CELERY_SKIP_CHECKS="1"
    )


def label_studio_worker(house: House, python: Path) -> Program:
    """The worker that speaks to Label Studio, in an environment that has the SDK."""
    options = ["--pool", "prefork", "--concurrency", "1", "--queues", "labelstudio", "--loglevel", "WARNING"]
    command = [str(python), "-m", "celery", "-A", "config", "worker", *options, *QUIET]
    environment = house.child_environment(
        CELERY_SKIP_CHECKS="1",
        VIRTUAL_ENV=str(python.parent.parent),
        PATH=f"{python.parent}:{house.environment['PATH']}",
    )
    log = house.folder.logs / "labelstudio.log"
    return Program(name="labelstudio", command=command, environment=environment, log=log)


def beat(house: House) -> Program:
    """The dispatcher that hands waiting runs to the worker and keeps the schedules."""
    return application(house, "beat", ["manage.py", "beat"])


def hub(house: House) -> Program:
    """The demo Hub; its port is kept, because destinations in the database name it."""
    memory = house.folder.root / "hub.json"
    known = json.loads(memory.read_text())["port"] if memory.exists() else 0
    port = free_port(known)
    write_privately(memory, json.dumps({"port": port}))
    address = f"127.0.0.1:{port}"
    house.environment["HUB_DOUBLE_URL"] = f"http://{address}"
    others = house.environment.get("EGRESS_ALLOWED", "")
    house.environment["EGRESS_ALLOWED"] = f"{others},{address}" if others else address
    data = house.folder.files / "hub"
    return application(house, "hub", ["-m", "exports.hub_double", "--port", str(port), "--data", str(data)])


def application(house: House, name: str, arguments: list[str], **more: str) -> Program:
    """Describe one Python process of the application."""
    log: Path = house.folder.logs / f"{name}.log"
    return Program(
        name=name, command=[str(PYTHON), *arguments], environment=house.child_environment(**more), log=log
    )


def web_answers(bind: str, port: int) -> bool:
    """Say whether pages can be served; spelled out, because an HTTP library would double the supervisor's memory."""
    try:
        with socket.create_connection((WILDCARDS.get(bind, bind), port), timeout=5) as door:
            door.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return door.recv(12) == b"HTTP/1.1 200"
    except OSError:
        return False
