import asyncio

from starlette.types import Message, Receive, Scope, Send

from bot.pages.closing import _MOST_OPEN, Closing

HEARTBEAT: Scope = {"type": "http", "path": "/chat/gradio_api/heartbeat/one", "headers": []}


async def endless(_: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"x", "more_body": True})
    while (await receive())["type"] != "http.disconnect":
        pass


async def silent() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


def test_so_many_pages_may_be_open_and_closing_ends_them_all() -> None:
    async def all_of_them() -> tuple[list[int], list[bytes]]:
        closing = Closing(endless)
        statuses: list[int] = []
        ends: list[bytes] = []

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
            elif not message.get("more_body"):
                ends.append(message.get("body", b""))

        streams = [
            asyncio.create_task(closing(HEARTBEAT, silent, send)) for _ in range(_MOST_OPEN + 2)
        ]
        while len(statuses) < len(streams):
            await asyncio.sleep(0.01)
        closing.close()
        await asyncio.wait_for(asyncio.gather(*streams), 30)
        await asyncio.wait_for(closing(HEARTBEAT, silent, send), 30)
        return statuses, ends

    statuses, ends = asyncio.run(all_of_them())
    assert statuses[:-1] == [200] * _MOST_OPEN + [204] * 2
    # Those that ended make room again.
    assert statuses[-1] == 200
    assert len(ends) == _MOST_OPEN + 3
