#!/bin/sh
exec python -m cift_clickhouse "$@"
