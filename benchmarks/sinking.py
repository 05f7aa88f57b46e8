"""A mail server that takes everything and keeps nothing: python -m benchmarks.sinking PORT."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def sink() -> Iterator[int]:
    """This context is the port of a mail server in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.sinking"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """This function will say yes to everything, as short as SMTP allows."""
    writer.write(b"220 sink\r\n")
    while line := await reader.readline():
        word = line[:4].upper()
        if word == b"EHLO":
            writer.write(b"250-sink\r\n250-8BITMIME\r\n250 PIPELINING\r\n")
        elif word == b"DATA":
            writer.write(b"354 go on\r\n")
            await writer.drain()
            await reader.readuntil(b"\r\n.\r\n")
            writer.write(b"250 taken\r\n")
        elif word == b"QUIT":
            break
        else:
            writer.write(b"250 ok\r\n")
        await writer.drain()
    writer.close()


async def serve() -> None:
    server = await asyncio.start_server(talk, "127.0.0.1", 0, limit=8 * 1024 * 1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
