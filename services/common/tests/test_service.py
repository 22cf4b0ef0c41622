"""Whatever ends a task that must run for ever is noticed; the end of the service is not."""

import asyncio

from cift_common.service import Fatal


async def test_a_task_that_is_canceled_by_accident_ends_the_process() -> None:
    fatal = Fatal()
    task = fatal.watch(asyncio.create_task(asyncio.Event().wait(), name="session"))  # type: ignore[arg-type]
    task.cancel()
    await fatal.wait()
    assert fatal.reason == "session: canceled"


async def test_a_task_that_is_canceled_at_the_end_is_no_fault() -> None:
    fatal = Fatal()
    task = fatal.watch(asyncio.create_task(asyncio.Event().wait(), name="session"))  # type: ignore[arg-type]
    fatal.stopping()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await asyncio.sleep(0)
    assert fatal.reason == ""
