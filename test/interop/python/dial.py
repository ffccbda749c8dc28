"""Check with grpcio, and so with BoringSSL, whether servers are who they should be.

Reads a list of questions as JSON on standard input and writes the list of answers, in the same order, as JSON: an
empty text if the handshake succeeded, otherwise grpcio's error.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import TypedDict

import grpc

AT_A_TIME = 16
TIMEOUT_SECONDS = 30


class Question(TypedDict):
    """One server."""

    address: str
    serverName: str
    roots: str  # file


async def ask(question: Question, turn: asyncio.Semaphore) -> str:
    credentials = grpc.ssl_channel_credentials(Path(question["roots"]).read_bytes())
    options = [("grpc.ssl_target_name_override", question["serverName"])]
    async with turn, grpc.aio.secure_channel(question["address"], credentials, options) as channel:
        try:
            await channel.unary_unary("/nothing/there")(b"", timeout=TIMEOUT_SECONDS)
        except grpc.aio.AioRpcError as error:
            # Any answer of the server shows that the handshake succeeded.
            return error.details() if error.code() == grpc.StatusCode.UNAVAILABLE else ""
    return ""


async def main() -> None:
    turn = asyncio.Semaphore(AT_A_TIME)
    questions: list[Question] = json.load(sys.stdin)
    json.dump(await asyncio.gather(*(ask(each, turn) for each in questions)), sys.stdout)


asyncio.run(main())
