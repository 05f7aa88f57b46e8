# Ryorin as one image, which serves both as web and as worker (see compose.yaml).
# Written where no Docker daemon runs: its instructions are checked by reading only, it has not been built there.

FROM python:3.13-slim-bookworm AS build
WORKDIR /source
RUN python -m venv /opt/ryorin
ENV PATH=/opt/ryorin/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements requirements
RUN pip install --require-hashes -r requirements/base.txt
RUN python -m venv /opt/build \
    && /opt/build/bin/pip install --require-hashes -r requirements/build.txt -r requirements/node.txt
COPY . .
RUN /opt/build/bin/pip wheel --no-build-isolation --no-deps --wheel-dir /wheels . \
    && pip install --no-deps /wheels/ryorin-*.whl

FROM python:3.13-slim-bookworm
# pg_dump and pg_restore, for `ryorin backup` and `ryorin restore`.
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 ryorin && install -d -o ryorin -g ryorin /data
COPY --from=build /opt/ryorin /opt/ryorin
ENV PATH=/opt/ryorin/bin:$PATH RYORIN_HOME=/data RYORIN_ADDRESS=0.0.0.0:8000 PYTHONUNBUFFERED=1
USER ryorin
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
ENTRYPOINT ["ryorin"]
CMD ["serve"]
