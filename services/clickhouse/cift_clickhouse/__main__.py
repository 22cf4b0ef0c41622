"""`python -m cift_clickhouse --config-file=FILE`."""

import argparse
import sys
from pathlib import Path

import uvicorn

from cift_clickhouse.app import App
from cift_clickhouse.config import BadConfig, load
from cift_clickhouse.engine import Engine


def main() -> None:
    parser = argparse.ArgumentParser(prog="cift_clickhouse", description=__doc__)
    parser.add_argument("--config-file", type=Path, required=True)
    try:
        config = load(parser.parse_args().config_file)
    except BadConfig as error:
        sys.exit(str(error))
    engine = Engine(config)
    try:
        uvicorn.run(
            App(config, engine),
            host=config.host,
            port=config.port,
            lifespan="off",
            log_level="warning",
            access_log=False,
        )
    finally:
        engine.close()


if __name__ == "__main__":
    main()
