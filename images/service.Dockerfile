# A Python service: --build-arg MEMBER=trading, with an EXTRA of its own. --target gateway adds the terminal, operator and
# clickhouse their commands.
# Everything up to the member's own dependencies is one set of layers that all services share.
ARG BASE=docker.io/library/python:3.11-slim-bookworm
ARG UV=ghcr.io/astral-sh/uv:0.13
ARG ARTIFACTS

FROM ${UV} AS uv
FROM ${ARTIFACTS} AS artifacts

FROM ${BASE} AS shared
ENV PATH=/app/bin:/usr/local/bin:/usr/bin:/bin PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONFAULTHANDLER=1
WORKDIR /app
COPY requirements.lock images/dependencies.py /build/
COPY proto/pyproject.toml /build/proto/
COPY services/common/pyproject.toml /build/common/
RUN --mount=type=bind,from=uv,source=/uv,target=/bin/uv \
  uv venv --quiet --python python3 /app \
  && python3 /build/dependencies.py /build/proto /build/common > /tmp/needed \
  && uv pip install --system-certs --quiet --no-cache --compile-bytecode --python /app -c /build/requirements.lock -r /tmp/needed

FROM shared AS service
ARG MEMBER
ARG FOLDER=services/${MEMBER}
ARG WITHOUT=""
ARG EXTRA=""
COPY ${FOLDER}/pyproject.toml /build/member/
RUN --mount=type=bind,from=uv,source=/uv,target=/bin/uv \
  WITHOUT="${WITHOUT}" EXTRA="${EXTRA}" python3 /build/dependencies.py /build/member > /tmp/needed \
  && uv pip install --system-certs --quiet --no-cache --compile-bytecode --python /app -c /build/requirements.lock -r /tmp/needed
COPY proto /src/proto
COPY services/common /src/common
COPY ${FOLDER} /src/member
RUN --mount=type=bind,from=uv,source=/uv,target=/bin/uv --mount=type=bind,from=artifacts,source=/wheels,target=/wheels \
  uv pip install --system-certs --quiet --no-cache --compile-bytecode --python /app --no-deps /src/proto /src/common /src/member \
  && if grep -q '"cift-core"' /src/member/pyproject.toml; then \
    uv pip install --system-certs --quiet --no-cache --python /app --no-deps --no-index --find-links /wheels cift-core; fi \
  && rm -rf /src /build /tmp/needed
USER 10001:10001

FROM service AS gateway
COPY --from=artifacts /web /app/web

# ClickHouse's engine behind its HTTP interface, for where the official image cannot be pulled.
FROM service AS clickhouse
COPY --chmod=755 images/stores/clickhouse.sh /usr/local/bin/clickhouse-server

FROM service AS operator
# Asked for by kopf; the uid may be one that no file knows.
ENV USER=cift
CMD ["python", "-m", "cift_operator"]

FROM service
