# The paper venue.
ARG BASE=docker.io/library/debian:bookworm-slim
ARG ARTIFACTS

FROM ${ARTIFACTS} AS artifacts

FROM ${BASE}
COPY --from=artifacts /bin/cift-matcher /usr/local/bin/cift-matcher
USER 10001:10001
CMD ["cift-matcher"]
