"""Starts what mpirun wants on another host of the job, in place of ssh: `python -m sagebrush_remote HOST COMMAND...`.

There, `python -m sagebrush_remote --wait` waits for the one request, runs its command and ends as it does. The hosts of a
job have a network of their own, in which nobody else can ask.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time

PORT = 7778
PATIENCE_SECONDS = 600


def ask(host, words):
    """Has the host run a command, and waits for its end; returns its exit code."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            connection = socket.create_connection((host, PORT), 10)
            break
        except OSError:
            # The other host may still be making its Python ready.
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    connection.settimeout(None)
    with connection, connection.makefile("rw") as stream:
        stream.write(json.dumps(" ".join(words)) + "\n")
        stream.flush()
        answer = stream.readline()
    return int(answer) if answer else 1


def wait():
    """Runs the command that is asked for; when who asked is gone, the command is ended."""
    with socket.create_server(("", PORT)) as server:
        connection, _ = server.accept()
    with connection, connection.makefile("rw") as stream:
        command = json.loads(stream.readline())
        started = subprocess.Popen(["/bin/sh", "-c", command], start_new_session=True)
        signal.signal(signal.SIGTERM, lambda *_: os.killpg(started.pid, signal.SIGTERM))
        code = started.wait()
        try:
            stream.write(f"{code}\n")
            stream.flush()
        except OSError:
            pass
    return code if code >= 0 else 128 - code


def main():
    words = sys.argv[1:]
    if words == ["--wait"]:
        sys.exit(wait())
    # Options of ssh come before the host.
    while words and words[0].startswith("-"):
        words = words[1:]
    sys.exit(ask(words[0], words[1:]))


if __name__ == "__main__":
    main()
