"""A real Spark cluster on loopback: one master, one worker, from the pyspark package."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _attempt in range(240):
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.25)
    pytest.fail(f"Spark did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def spark_master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a standalone cluster."""
    import pyspark

    home = tmp_path_factory.mktemp("spark")
    master, web, worker, worker_web = (_free_port() for _ in range(4))
    if shutil.which("java") is None:
        pytest.fail("Java 17 or 21 is missing; `make test` installs it.")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    command = str(Path(pyspark.__file__).parent / "bin" / "spark-class")
    lines = (
        ["org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(master), "--webui-port", str(web)],
        [
            "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--port", str(worker), "--webui-port",
            str(worker_web), "--cores", "2", "--memory", "2g", "--work-dir", str(home), f"spark://127.0.0.1:{master}",
        ],
    )  # fmt: skip
    running = []
    for line, port in zip(lines, (master, worker), strict=True):
        log = home / f"{port}.log"
        with log.open("wb") as stream:
            running.append(subprocess.Popen([command, *line], stdout=stream, stderr=stream, cwd=home))
        _answers(port, running[-1], log)
    yield f"spark://127.0.0.1:{master}"
    for process in reversed(running):
        process.terminate()
        process.wait(20)
    shutil.rmtree(home, ignore_errors=True)
