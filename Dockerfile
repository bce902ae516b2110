# The hub as one image: web server, worker and commands differ only in what is called. See docs/operations.md.

FROM python:3.13-slim-bookworm AS build
WORKDIR /hub
COPY requirements.txt requirements-setup.txt ./
RUN python -m venv .venv \
    && .venv/bin/python -m pip install --quiet --no-cache-dir --require-hashes -r requirements-setup.txt \
    && .venv/bin/uv pip install --quiet --no-cache --python .venv/bin/python --compile-bytecode --require-hashes -r requirements.txt
COPY . .
# Texts, static files and bytecode are made here: a container writes nothing but data.
RUN .venv/bin/python -m config.catalogs compile \
    && SECRET_KEY=only-for-building-and-in-no-container-that-ever-runs STATIC_ROOT=/hub/static-files DATA_DIR=/tmp/build \
       .venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
    && .venv/bin/python -m compileall -q -x /[.]venv/ .

FROM python:3.13-slim-bookworm
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin hub && install -d -o hub -m 0700 /data
COPY --from=build /hub /hub
WORKDIR /hub
ENV PATH=/hub/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    STATIC_ROOT=/hub/static-files
VOLUME /data
USER 10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
# Only the web server answers there: the worker is started with `python manage.py worker`, and no health check.
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "--workers-kill-timeout", "5", "--respawn-failed-workers", "--http1-header-read-timeout", "10000", "--http1-buffer-size", "65536", "config.wsgi:application"]
