"""Talks to the other hosts of the job, and tries what a host must not reach."""

import errno
import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request

with open("/opt/ml/config/resourceconfig.json") as file:
    config = json.load(file)
host, hosts = config["current_host"], config["hosts"]


def name_of(error):
    return errno.errorcode.get(error.errno, type(error).__name__)


def reach(address, port):
    try:
        with socket.create_connection((address, port), 5) as connection:
            return connection.recv(100).decode()
    except OSError as error:
        return name_of(error)


def ask(address):
    for _ in range(600):
        said = reach(address, 7000)
        if said != "ECONNREFUSED":
            break
        time.sleep(0.1)
    return said


def server():
    try:
        with urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"], timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except (urllib.error.URLError, OSError) as error:
        return name_of(getattr(error, "reason", error))


def take(address):
    try:
        socket.create_server((address, 7001)).close()
        return "taken"
    except OSError as error:
        return name_of(error)


listening = socket.create_server(("", 7000))
if host == hosts[0]:
    for _ in hosts[1:]:
        connection, _ = listening.accept()
        with connection:
            connection.sendall(socket.gethostname().encode())
folder = "/opt/ml/processing/input/shards"
found = {
    "host": host,
    "hosts": hosts,
    "files": sorted(os.listdir(folder)),
    "first": None if host == hosts[0] else ask(hosts[0]),
    "others port": take(hosts[0] if host != hosts[0] else hosts[1]),
    "metadata": reach("169.254.169.254", 80),
    "internet": reach("192.0.2.1", 443),
    "machine": reach("127.0.0.1", int(sys.argv[1])),
    "server": server(),
}
os.makedirs("/opt/ml/processing/output", exist_ok=True)
with open(f"/opt/ml/processing/output/{host}.json", "w") as file:
    json.dump(found, file)
