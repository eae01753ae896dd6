# The playground in a container: `docker compose up` or `docker run -p 8000:8000`. Built once, it needs no internet.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 ACCESS_LOG=on
WORKDIR /descent

COPY requirements.txt ./
RUN python -m pip install --no-cache-dir --quiet --disable-pip-version-check -r requirements.txt

COPY app.py gunicorn.conf.py ./
COPY dl_core ./dl_core
COPY web ./web
COPY templates ./templates
COPY static ./static

# Nobody in particular: it owns nothing and writes nothing, so the file system may be read-only.
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + (os.environ.get('PORT') or '8000') + '/healthz', timeout=4)"]
CMD ["gunicorn"]
