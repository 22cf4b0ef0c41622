# What is compiled: the matcher, the Python extension of the Rust core, the terminal. The other images copy from it.
ARG RUST=docker.io/library/rust:1.90-slim-bookworm
ARG NODE=docker.io/library/node:20-bookworm-slim

FROM ${RUST} AS rust
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-pip
RUN pip install --break-system-packages --no-cache-dir 'maturin>=1.9,<2'
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
RUN npm ci --no-audit --no-fund
COPY services/web ./
RUN npm run build

FROM scratch
COPY --from=rust /artifacts /
COPY --from=web /src/services/web/dist /web
