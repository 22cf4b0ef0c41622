# Valkey from Debian, for where the official image cannot be pulled.
ARG BASE=docker.io/library/debian:bookworm-slim

FROM ${BASE}
# Debian 12 has none; the next one's security team looks after its.
RUN find /etc/apt -name '*.list' -o -name '*.sources' | xargs sed -i 's/bookworm/trixie/g' \
  && apt-get -qq -o Acquire::Retries=3 update \
  && DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3 install -y --no-install-recommends valkey-server >/dev/null \
  && rm -rf /var/cache/apt/* /var/lib/apt/lists/* /var/log/*
USER 10001:10001
CMD ["valkey-server"]
