"""Clients that keep their connection and ask one thing after another; reads what to do from stdin.

Bounded in time, in the number of answers and in the size of each; any answer but 200 ends the run.
"""

import json
import socket
import sys
import threading
import time
from typing import Any
from urllib.parse import urlsplit

WARM_UP = 0.5
MOST_ANSWERS = 50_000
MOST_BYTES = 50_000_000


def ask(connection: socket.socket, host: str, path: str) -> int:
    """One request; returns the bytes of the answer's body."""
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\n\r\n".encode())
    received = b""
    while b"\r\n\r\n" not in received:
        part = connection.recv(262_144)
        if not part:
            raise ConnectionError("closed by the server")
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.split(b"\r\n")
    headers = dict(line.lower().split(b": ", 1) for line in lines)
    size = int(headers[b"content-length"])
    if b" 200 " not in status or size > MOST_BYTES:
        raise RuntimeError(f"{path}: {status.decode()}, {size} bytes")
    got = len(body)
    while got < size:
        got += len(connection.recv(262_144))
    return size


def main() -> None:
    """Run the clients and print what they saw."""
    task: dict[str, Any] = json.load(sys.stdin)
    host, port = urlsplit(task["url"]).hostname, urlsplit(task["url"]).port
    paths: list[str] = task["paths"]
    begin = time.perf_counter() + WARM_UP
    end = begin + task["seconds"]
    times: dict[str, list[float]] = {path: [] for path in paths}
    faults: list[str] = []

    def client(number: int) -> None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                turn = number * len(paths) // task["clients"]
                for _ in range(MOST_ANSWERS):
                    path = paths[turn % len(paths)]
                    turn += 1
                    started = time.perf_counter()
                    if started > end or faults:
                        return
                    ask(connection, f"{host}:{port}", path)
                    if started >= begin:
                        times[path].append(time.perf_counter() - started)
        except Exception as error:  # noqa: BLE001  told by the main thread
            faults.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=client, args=(n,)) for n in range(task["clients"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        sys.exit("\n".join(faults))
    json.dump({"times": times, "seconds": task["seconds"]}, sys.stdout)


if __name__ == "__main__":
    main()
