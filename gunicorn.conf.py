"""How gunicorn serves the playground; plain `gunicorn` in this folder starts it.

web/README.md lists the environment variables.
"""

# ruff: noqa: E402  (imports below code)
from gevent import monkey

monkey.patch_all()  # before anything else is imported, which would keep the blocking functions

import logging
import os
from contextlib import suppress
from pathlib import Path

import gevent
import gunicorn
from gunicorn import glogging

try:
    import resource
except ImportError:  # Windows has none
    resource = None

# One worker process a core, one BLAS thread each; read when NumPy is first imported.
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"

from web.operation import logs, metrics
from web.operation.settings import ServerSettings

settings = ServerSettings.from_environment()
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
OTHER_CONNECTIONS = 1000  # beside those that stream
OTHER_FILES = 100  # that a worker has open beside its connections

wsgi_app = "app:create_app()"
bind = f"{settings.HOST or '0.0.0.0'}:{settings.PORT}"
workers = settings.WEB_CONCURRENCY or CORES
worker_class = "web.worker.Worker"
worker_connections = settings.DESCENT_STREAMS + OTHER_CONNECTIONS
forwarded_allow_ips = ""  # the application believes as many proxies as it is told, and SCRIPT_NAME nobody
gunicorn.SERVER = "Descent"  # the Server header, which would name the software
limit_request_line = 2048
limit_request_fields = 50
limit_request_field_size = 4096
preload_app = True  # what start-up prepares is prepared once
backlog = 2048
keepalive = 30
timeout = 60
graceful_timeout = 5  # a stream ends within one; Docker waits for ten
loglevel = settings.LOG_LEVEL
logging.basicConfig(handlers=[logs.handler()])  # for Flask's own lines
control_socket_disable = True  # nothing is written to the home folder, which a container may not even have
if Path("/dev/shm").is_dir():
    worker_tmp_dir = "/dev/shm"  # the workers' heartbeats: in memory, and writable in a read-only container

if resource is not None:  # a worker that may open no more files dies
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = worker_connections + OTHER_FILES
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = most
    if soft != resource.RLIM_INFINITY:
        worker_connections = min(worker_connections, soft - OTHER_FILES)


class Log(glogging.Logger):
    """Gunicorn's own lines, written as all others are."""

    def setup(self, cfg):
        """Set up the handlers as always; then change what they write."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(logs.JsonFormatter())


logger_class = Log


def when_ready(server):
    """The port is open."""
    with suppress(OSError):  # nobody may be listening, or the disk with the log be full
        print(f"Descent is at http://localhost:{settings.PORT}", flush=True)


def pre_fork(server, worker):
    """Choose the row of the metrics that the new worker counts in."""
    taken = {other.row for other in server.WORKERS.values()}
    worker.row = next((row for row in range(metrics.ROWS) if row not in taken), metrics.ROWS - 1)


def post_worker_init(worker):
    """Give the worker its own row, the sockets a look before every turn, and streams the news of the end."""
    worker.wsgi.extensions["metrics"].take_row(worker.row)
    state = worker.wsgi.extensions["worker_state"]
    state.scheduler.call_soon = gevent.get_hub().loop.timer(0).start  # callbacks would run up to 50 in a row
    state.stopping = lambda: not worker.alive


def child_exit(server, worker):
    """A worker is gone, however it went, and its streams with it."""
    server.app.wsgi().extensions["metrics"].leave_row(worker.row)
