"""The fixtures of the gateway's own tests, for tests elsewhere: a real gateway with real stores and a scripted trading.

In a test module: `from tests.gateway import database_url, gateway, launch, stores, trading` (each as itself).
"""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

_PATH = Path(__file__).parents[1] / "services" / "gateway" / "tests" / "conftest.py"


def _load() -> ModuleType:
    # Every folder of tests has a `conftest`; this one needs a name of its own.
    spec = importlib.util.spec_from_file_location("gateway_conftest", _PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


_conftest = _load()
PASSWORD: str = _conftest.PASSWORD
RunningGateway = _conftest.RunningGateway
bearer = _conftest.bearer
database_url = _conftest.database_url
gateway = _conftest.gateway
launch = _conftest.launch
stores = _conftest.stores
trading = _conftest.trading
