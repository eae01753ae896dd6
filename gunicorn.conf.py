"""How gunicorn serves the playground; plain `gunicorn` in this folder starts it.

web/README.md lists the environment variables.
"""

import os
from pathlib import Path

try:
    import resource
except ImportError:  # Windows has none
    resource = None

# One worker process a core, one BLAS thread each; read when NumPy is first imported.
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"

from web.limits import from_environment, number

PORT = number("PORT", 8000)
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
THREADS_FOR_SHORT_REQUESTS = 32
MOST_IDLE_CONNECTIONS = 1000  # they wait without a thread
OTHER_FILES = 100  # that a worker has open beside its connections

wsgi_app = "app:create_app()"
bind = f"{os.environ.get('HOST') or '0.0.0.0'}:{PORT}"
workers = number("WEB_CONCURRENCY", CORES)
worker_class = "web.worker.Worker"
threads = from_environment()["DESCENT_STREAMS"] + THREADS_FOR_SHORT_REQUESTS
worker_connections = threads + MOST_IDLE_CONNECTIONS
limit_request_line = 2048
limit_request_fields = 50
limit_request_field_size = 4096
preload_app = True  # what start-up prepares is prepared once
backlog = 2048
keepalive = 30
timeout = 60
graceful_timeout = 5  # a stream ends within one; Docker waits for ten
loglevel = os.environ.get("LOG_LEVEL") or "warning"
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


def when_ready(server):
    """The port is open."""
    print(f"Descent is at http://localhost:{PORT}", flush=True)


def post_worker_init(worker):
    """Let streams see that the worker is told to stop, so that they end in good order."""
    worker.wsgi.extensions["desk"].stopping = lambda: not worker.alive


def pre_request(worker, request):
    """A stream has a connection of its own: whoever asks again, or is sent away, may reach another worker."""
    if request.path == "/api/train":
        request.force_close()
