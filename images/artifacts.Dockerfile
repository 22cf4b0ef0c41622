# What is compiled: the matcher, the Python extension of the Rust core, the terminal. The other images copy from it.
ARG RUST=docker.io/library/rust:1.95-slim-bookworm
ARG NODE=docker.io/library/node:20-bookworm-slim
ARG UV=ghcr.io/astral-sh/uv:0.13

FROM ${UV} AS uv

FROM ${RUST} AS rust
RUN apt-get update && apt-get install -y --no-install-recommends python3
COPY requirements.lock /build/
# The lock's hashes bind what is installed.
RUN --mount=type=bind,from=uv,source=/uv,target=/bin/uv \
  uv pip install --system --break-system-packages --no-cache --no-deps -c /build/requirements.lock maturin
WORKDIR /src
COPY proto/cift proto/cift
COPY rust_core rust_core
WORKDIR /src/rust_core
RUN cargo build --release --locked -p cift-matcher \
  && install -D -s target/release/cift-matcher /artifacts/bin/cift-matcher \
  && maturin build --release --locked --strip -m crates/python/Cargo.toml -o /artifacts/wheels

FROM ${NODE} AS web
WORKDIR /src/services/web
COPY services/web/package.json services/web/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY services/web ./
RUN npm run build

FROM scratch
COPY --from=rust /artifacts /
COPY --from=web /src/services/web/dist /web
