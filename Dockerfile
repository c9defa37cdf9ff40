# syntax=docker/dockerfile:1
# The same image runs web, worker and beat; docker-compose.yml says which.

FROM python:3.13-slim AS build
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy
WORKDIR /app
RUN pip install --no-cache-dir "uv>=0.8,<1"
# The dependencies change less often than the code, so they get a layer of their own.
COPY pyproject.toml uv.lock ./
# The worker that speaks to Label Studio is built with EXTRAS="--extra labelstudio".
ARG EXTRAS=""
# The embedded wheels carry pg_dump and psql in the version of the database, for backups.
RUN uv sync --frozen --no-default-groups --group embedded --group otel --compile-bytecode ${EXTRAS}

FROM python:3.13-slim
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=2 \
    DJANGO_SETTINGS_MODULE=config.settings \
    GRANIAN_WORKERS=2 \
    GRANIAN_BLOCKING_THREADS=4 \
    ARETE_DATA=/data
RUN groupadd --system --gid 10001 arete \
    && useradd --system --uid 10001 --gid arete --home-dir /app --no-create-home arete \
    && install -d -o arete -g arete -m 0700 /data /data/static /data/tmp /backups
WORKDIR /app
COPY --from=build /app/.venv /app/.venv
COPY . .
RUN python -m compileall -q -x '/\.venv/' .
# By number, so that whoever runs it can tell that it is not root.
USER 10001:10001
VOLUME /data
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "20", "--log-level", "warning", "config.wsgi:application"]
