"""Runs a program and writes every address that it looks up or connects to into a file: watch_sockets.py FILE PROGRAM."""

import runpy
import sys

_seen = open(sys.argv[1], "a", buffering=1)


def _watch(event, arguments):
    if event == "socket.connect":
        _seen.write(f"{arguments[1]!r}\n")
    elif event == "socket.getaddrinfo":
        _seen.write(f"{(arguments[0], arguments[1])!r}\n")


sys.addaudithook(_watch)
sys.argv = sys.argv[2:]
runpy.run_path(sys.argv[0], run_name="__main__")
