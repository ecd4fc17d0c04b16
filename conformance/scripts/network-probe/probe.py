"""Tries all ways out of a job, and prints a line of JSON: what was reached, or the name of the error."""

import errno
import json
import os
import socket
import sys
import threading


def name_of(error):
    return errno.errorcode.get(error.errno, type(error).__name__)


def connect(family, address):
    with socket.socket(family) as connection:
        connection.settimeout(3)
        try:
            connection.connect(address)
            return "reached"
        except OSError as error:
            return name_of(error)


def ask_nameserver():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as question:
        try:
            question.sendto(b"\0" * 12, ("9.9.9.9", 53))
            return "sent"
        except OSError as error:
            return name_of(error)


def resolve():
    try:
        socket.getaddrinfo("example.com", 80)
        return "resolved"
    except OSError as error:
        return type(error).__name__


def own_loopback():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return connect(socket.AF_INET, server.getsockname())


server_port, neighbour_port, abstract = int(sys.argv[1]), int(sys.argv[2]), "\0" + sys.argv[3]
print("PROBE " + json.dumps({
    "server": connect(socket.AF_INET, ("127.0.0.1", server_port)),
    "neighbour": connect(socket.AF_INET, ("127.0.0.1", neighbour_port)),
    "abstract": connect(socket.AF_UNIX, abstract),
    "metadata": connect(socket.AF_INET, ("169.254.169.254", 80)),
    "credentials": connect(socket.AF_INET, ("169.254.170.2", 80)),
    "nameserver": ask_nameserver(),
    "name": resolve(),
    "loopback": own_loopback(),
    "interfaces": [name for _, name in socket.if_nameindex()],
    "role": sorted(name for name in os.environ if "CREDENTIALS" in name or "SECRET" in name or "TOKEN" in name),
}), flush=True)
