# Prometheus, Alertmanager, Jaeger: a program of one file, for where its official image cannot be pulled.
# The build context `program` is the folder that holds it.
ARG BASE=docker.io/library/debian:bookworm-slim

FROM ${BASE}
ARG NAME
COPY --from=program --chmod=755 ${NAME} /usr/local/bin/${NAME}
USER 10001:10001
