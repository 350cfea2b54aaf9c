"""The plain spyne application under aiohttp and stdlib `ssl`; it may be run as `python -m bench.servers.plain`."""

import asyncio
from http import HTTPStatus
from typing import Any

from aiohttp import web

from bench.peers.spyne_plain import plain_application, wsgi_environ
from bench.servers.arguments import ServerArguments, say_ready, server_arguments
from bench.tls import HOST

LARGEST_REQUEST = 2**24


def handler(application: Any) -> Any:
    """Return the aiohttp handler that passes a request to a WSGI application."""

    async def handle(request: web.BaseRequest) -> web.Response:
        started: list[tuple[str, list[tuple[str, str]]]] = []
        body = await request.read()
        parts = application(wsgi_environ(body), lambda status, headers, _=None: started.append((status, headers)))
        status, headers = started[0]
        kept = {name: value for name, value in headers if name.lower() != "content-length"}
        return web.Response(status=HTTPStatus(int(status[:3])), headers=kept, body=b"".join(parts))

    return handle


async def serve(arguments: ServerArguments) -> None:
    """Serve until the process is told to end."""
    application = plain_application(arguments.estate.inventory().luns.values())
    server = web.Server(handler(application), access_log=None, client_max_size=LARGEST_REQUEST)
    runner = web.ServerRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, HOST, 0, ssl_context=arguments.credentials.peer_context())
    await site.start()
    say_ready(runner.addresses[0][1])
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(server_arguments()))
