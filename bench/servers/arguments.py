"""What all servers of the benchmarks are told on their command line, and what they say when they listen."""

import argparse
import json
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from bench.estate import Estate
from bench.tls import Credentials


@dataclass(frozen=True)
class ServerArguments:
    """Where the certificates are, which array to show, and (for the server of a ready document) the document."""

    credentials: Credentials
    estate: Estate
    document: Path | None


def server_arguments() -> ServerArguments:
    """Return the arguments of this process; SIGTERM ends it from now on as Ctrl-C does."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--luns", type=int, required=True)
    parser.add_argument("--document", type=Path)
    found = parser.parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    return ServerArguments(Credentials(found.directory), Estate.of(found.luns), found.document)


def say_ready(port: int, cookie: str | None = None) -> None:
    """Tell the benchmark where this server listens and which session its client has."""
    print(json.dumps({"port": port, "cookie": cookie}), flush=True)  # the parent reads exactly this line


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    sys.exit(0)
