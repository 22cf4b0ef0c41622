"""Stores that others run are tried before they are used, at every address that their URL names."""

import asyncio
import socket

from cift_operator.cluster.reach import Reach


async def test_a_store_is_silent_when_none_of_its_hosts_answers() -> None:
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    here = server.sockets[0].getsockname()[1]
    with socket.create_server(("127.0.0.1", 0)) as held:
        nobody = held.getsockname()[1]
    urls = {
        "postgres": f"postgresql://u:p%2Cq@127.0.0.1:{nobody},127.0.0.1:{here}/cift?sslmode=require",
        "nats": f"nats://127.0.0.1:{nobody},nats://127.0.0.1:{here}",
        "cache": f"rediss://:secret@127.0.0.1:{nobody}/0",
        "clickhouse": f"http://127.0.0.1:{nobody}",
        # Nothing that we could read, and nothing that is guessed.
        "questdb": f"http::addr=127.0.0.1:{nobody};",
    }
    reach = Reach()
    async with server:
        addresses, silent = await reach.look(urls, {"clickhouse": f"127.0.0.1:{nobody}"}, "trading")
        assert silent.keys() == {"cache"}, "what is in use is not tried"
        assert addresses == {store: f"127.0.0.1:{nobody}" for store in urls if store != "questdb"}
        assert "secret" not in str(silent)
        _, silent = await reach.look({**urls, "cache": f"redis://127.0.0.1:{here}"}, {}, "trading")
        assert silent.keys() == {"clickhouse"}


async def test_a_name_that_cannot_be_one_is_silent() -> None:
    addresses, silent = await Reach().look({"cache": "redis://a..b"}, {}, "trading")
    assert addresses == {"cache": "a..b:6379"}
    assert silent["cache"]
