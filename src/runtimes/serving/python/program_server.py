"""
Starts a program that serves by itself. It may listen on the Unix socket SAGEBRUSH_SOCKET, or as in AWS on the port
SAGEMAKER_BIND_TO_PORT: then this process passes what comes to the socket on to the port.

    program_server.py COMMAND...
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def connect(port):
    connection = socket.socket()
    try:
        connection.connect(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection
    except OSError:
        connection.close()
        return None


def until_listening(path, port, program):
    """Returns whether it is the port on which the program listens; None where it ended before."""
    pause = 0.01
    while program.poll() is None:
        if os.path.exists(path):
            return False
        connection = connect(port)
        if connection is not None:
            connection.close()
            return True
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
    return None


def copy(source, target):
    try:
        while True:
            data = source.recv(256 * 1024)
            if not data:
                break
            target.sendall(data)
    except OSError:
        pass
    for one, how in ((target, socket.SHUT_WR), (source, socket.SHUT_RD)):
        try:
            one.shutdown(how)
        except OSError:
            pass


def pass_on(here, port):
    there = connect(port)
    if there is None:
        here.close()
        return
    with here, there:
        back = threading.Thread(target=copy, args=[there, here], daemon=True)
        back.start()
        copy(here, there)
        back.join()


def relay(path, port):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(512)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=pass_on, args=[connection, port], daemon=True).start()


def main():
    path, port = os.environ["SAGEBRUSH_SOCKET"], free_port()
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
    program = subprocess.Popen(sys.argv[1:], env={**os.environ, "SAGEMAKER_BIND_TO_PORT": str(port)})
    signal.signal(signal.SIGTERM, lambda *_: program.terminate())
    if until_listening(path, port, program):
        threading.Thread(target=relay, args=[path, port], daemon=True).start()
    code = program.wait()
    sys.exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main()
