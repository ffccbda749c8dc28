"""Ask the orchestrator for its organizations as the Substra backend does: with grpcio and the backend's files.

Reads a list of calls as JSON on standard input and writes the list of their outcomes, in the same order, as
JSON; go/call does the same with grpc-go.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

import grpc

METHOD = "/orchestrator.OrganizationService/GetAllOrganizations"
TIMEOUT_SECONDS = 20


class _Call(TypedDict):
    address: str
    serverName: str
    roots: str  # file, as are the next two
    headers: Mapping[str, str]


class Call(_Call, total=False):
    """One attempt."""

    certificate: str
    key: str


class Outcome(TypedDict):
    """The outcome of one call."""

    code: str
    message: str


def content(file: str | None) -> bytes | None:
    return None if file is None else Path(file).read_bytes()


def attempt(call: Call) -> Outcome:
    credentials = grpc.ssl_channel_credentials(
        root_certificates=content(call["roots"]),
        private_key=content(call.get("key")),
        certificate_chain=content(call.get("certificate")),
    )
    # Only this line differs from the backend, which calls the name. The name does not resolve on this machine.
    options = [("grpc.ssl_target_name_override", call["serverName"])]
    with grpc.secure_channel(call["address"], credentials, options) as channel:
        method = channel.unary_unary(METHOD)
        try:
            method(b"", timeout=TIMEOUT_SECONDS, metadata=tuple(call["headers"].items()))
        except grpc.RpcError as error:
            return {"code": error.code().name, "message": error.details()}
    return {"code": "OK", "message": ""}


def main() -> None:
    calls: list[Call] = json.load(sys.stdin)
    json.dump([attempt(call) for call in calls], sys.stdout)


if __name__ == "__main__":
    main()
