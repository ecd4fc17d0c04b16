"""HTTP on a Unix socket: reads requests, and writes the frames of answers as they come."""

import json
import os
import socket
import sys
import threading

import script_frames as frames
from script_workers import Unanswered


class CallerGone(Exception):
    pass


class Answerer:
    """Writes the frames of one answer to the caller."""

    def __init__(self, connection, keeps):
        self.connection, self.keeps, self.begun = connection, keeps, False

    def write(self, data):
        try:
            self.connection.sendall(data)
        except OSError:
            raise CallerGone from None

    def start(self, status, headers, more):
        lines = [f"{name}: {value}" for name, value in headers.items()] + [more]
        if not self.keeps:
            lines.append("Connection: close")
        self.begun = True
        return ("\r\n".join([f"HTTP/1.1 {status} {'OK' if status == 200 else 'Status'}", *lines, "", ""])).encode("latin-1", "replace")

    def whole(self, status, body, headers=None):
        start = self.start(status, headers or {"Content-Type": "text/plain"}, f"Content-Length: {len(body)}")
        self.write(start + body)

    def json(self, status, value):
        self.whole(status, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def take(self, kind, text, size, pieces):
        if kind == frames.ANSWER:
            start = self.start(text["status"], text["headers"], f"Content-Length: {size}")
            for piece in pieces:
                self.write(start + piece)
                start = b""
            if start:
                self.write(start)
        elif kind == frames.BEGIN:
            self.write(self.start(text["status"], text["headers"], "Transfer-Encoding: chunked"))
        elif kind == frames.PIECE:
            if size > 0:
                self.write(f"{size:x}\r\n".encode() + b"".join(pieces) + b"\r\n")
        elif kind == frames.END:
            self.write(b"0\r\n\r\n")
        else:
            # The chunked answer lacks its end, so the caller sees that it broke.
            raise CallerGone


class Server:
    def __init__(self, route):
        self.route = route
        self.busy = 0
        self.changed = threading.Condition()
        self.stopping = False

    def listen(self, path):
        try:
            os.unlink(path)
        except FileNotFoundError:
            pass
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(path)
        self.socket.listen(512)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=[connection], daemon=True).start()

    def serve(self, connection):
        with connection, connection.makefile("rb", 65536) as reader:
            try:
                while self.serve_one(connection, reader):
                    pass
            except (CallerGone, OSError, EOFError):
                pass

    def serve_one(self, connection, reader):
        line = reader.readline(65537)
        if not line.strip():
            return False
        with self.changed:
            self.busy += 1
        try:
            method, target, _ = line.decode("latin-1").split(" ", 2)
            headers = read_headers(reader)
            body = read_body(reader, headers)
            keeps = headers.get("connection", "").lower() != "close" and not self.stopping
            answerer = Answerer(connection, keeps)
            try:
                self.route(method, target.split("?")[0], headers, body, answerer)
            except Unanswered as error:
                print(error, file=sys.stderr)
                if answerer.begun:
                    return False
                answerer.whole(error.status, str(error).encode())
            return keeps and not self.stopping
        finally:
            with self.changed:
                self.busy -= 1
                self.changed.notify_all()

    def stop(self):
        """Accepts no more and waits for the requests in flight."""
        self.stopping = True
        self.socket.close()
        with self.changed:
            self.changed.wait_for(lambda: self.busy == 0)


def read_headers(reader):
    headers = {}
    while True:
        line = reader.readline(65537)
        if line in (b"\r\n", b"\n"):
            return headers
        if not line:
            raise EOFError
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()


def read_body(reader, headers):
    if headers.get("transfer-encoding", "").lower() != "chunked":
        size = int(headers.get("content-length", "0"))
        body = reader.read(size)
        if len(body) < size:
            raise EOFError
        return body
    pieces = []
    while True:
        size = int(reader.readline(65537).split(b";")[0], 16)
        piece = reader.read(size + 2)
        if len(piece) < size + 2:
            raise EOFError
        if size == 0:
            return b"".join(pieces)
        pieces.append(piece[:-2])
