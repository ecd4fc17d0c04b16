"""
Serves a user's script under SageMaker's container contract: GET /ping and POST /invocations on the Unix socket
SAGEBRUSH_SOCKET. Each worker is a process that has loaded the model by itself and answers one request at a time; this
process takes the requests, gives each to a worker that is free, and replaces a worker that has ended.

    script_server.py SETTINGS      SETTINGS is JSON: see script-server.ts

With `many` it has several models, which are loaded, asked and unloaded by the container contract: POST /models,
POST /models/NAME/invoke, DELETE /models/NAME.
"""

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time

import script_frames as frames

here = os.path.dirname(os.path.abspath(__file__))


class Unanswered(Exception):
    """A request that no worker answered, with the status and the words for it."""

    def __init__(self, status, words):
        super().__init__(words)
        self.status = status


class Worker:
    """A process that has loaded the model, or is about to."""

    def __init__(self, settings):
        self.channel, theirs = socket.socketpair()
        words = [sys.executable, os.path.join(here, "script_worker.py"), str(theirs.fileno()), json.dumps(settings)]
        self.process = subprocess.Popen(words, pass_fds=[theirs.fileno()])
        theirs.close()

    def load(self):
        """Waits until the model is loaded. Returns why it is not."""
        try:
            kind, text, _ = frames.receive_head(self.channel)
        except (EOFError, OSError):
            return f"The script's process ended with code {self.process.wait()} while it loaded the model."
        return None if kind == frames.READY else text["reason"]

    def memory(self):
        """Its resident memory in bytes."""
        try:
            with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
                return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, IndexError):
            return 0

    def end(self):
        self.channel.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


class Workers:
    """The workers of one model. The first one loads alone, so that the model is there as soon as it can be."""

    def __init__(self, settings, count, seconds):
        self.settings, self.count, self.seconds = settings, count, seconds
        self.free = queue.LifoQueue()
        self.all = set()
        self.lock = threading.Lock()
        self.ended = False

    def start(self):
        """Starts the first worker and returns why it could not load the model, then the others behind it."""
        reason = self.add()
        if reason is None:
            for _ in range(self.count - 1):
                threading.Thread(target=self.replace, daemon=True).start()
        return reason

    def add(self):
        worker = Worker(self.settings)
        with self.lock:
            self.all.add(worker)
        reason = worker.load()
        if reason is not None or self.ended:
            self.drop(worker)
            return reason
        self.free.put(worker)
        return None

    def replace(self):
        """Starts a worker in place of one that ended, again and again where it cannot load the model."""
        pause = 1
        while not self.ended:
            reason = self.add()
            if reason is None:
                return
            print(f"A worker could not load the model: {reason}", file=sys.stderr)
            time.sleep(pause)
            pause = min(pause * 2, 30)

    def drop(self, worker):
        with self.lock:
            self.all.discard(worker)
        worker.end()

    def end(self):
        self.ended = True
        with self.lock:
            workers, self.all = list(self.all), set()
        for worker in workers:
            worker.end()

    def ask(self, request, body, take):
        """Has a free worker answer; `take` is given the frames of its answer."""
        try:
            worker = self.free.get(timeout=self.seconds)
        except queue.Empty:
            raise Unanswered(503, f"All {self.count} workers have been busy for {self.seconds} s.") from None
        answered = False
        try:
            worker.channel.settimeout(self.seconds)
            frames.send(worker.channel, frames.REQUEST, request, body)
            while not answered:
                kind, text, size = frames.receive_head(worker.channel)
                take(kind, text, size, frames.receive_pieces(worker.channel, size))
                answered = kind in (frames.ANSWER, frames.END, frames.BROKEN)
        except socket.timeout:
            raise Unanswered(
                504,
                f"The script has not answered within {self.seconds} s (SAGEMAKER_MODEL_SERVER_TIMEOUT); its process is replaced.",
            ) from None
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise Unanswered(500, f"The script's process ended {self.how(worker)} before it had answered; another one takes its place.") from None
        finally:
            if answered:
                self.free.put(worker)
            else:
                # Ends it in the middle of its answer, too, when the caller is gone.
                self.drop(worker)
                threading.Thread(target=self.replace, daemon=True).start()

    @staticmethod
    def how(worker):
        try:
            code = worker.process.wait(1)
        except subprocess.TimeoutExpired:
            return "its answer"
        return f"with code {code}" if code >= 0 else f"by signal {-code} ({signal.Signals(-code).name})"


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


def route_single(workers):
    def route(method, path, headers, body, answerer):
        if path == "/ping":
            answerer.whole(200, b"")
        elif path != "/invocations":
            answerer.whole(404, f"There is no {path}; there are GET /ping and POST /invocations.".encode())
        elif method != "POST":
            answerer.whole(405, f"{method} /invocations is not possible; use POST.".encode())
        else:
            workers.ask({"headers": headers}, body, answerer.take)

    return route


class Models:
    """The workers of several models, by the names that they were loaded by."""

    def __init__(self, settings):
        self.settings = settings
        self.all = {}
        self.lock = threading.Lock()

    def route(self, method, path, headers, body, answerer):
        parts = path.strip("/").split("/")
        if path == "/ping":
            answerer.whole(200, b"")
        elif parts[0] != "models" or len(parts) > 3:
            answerer.whole(404, f"There is no {path}; there are /ping and /models.".encode())
        elif len(parts) == 1:
            self.list_or_load(method, body, answerer)
        elif parts[1] not in self.all:
            answerer.whole(404, f"There is no model {parts[1]}.".encode())
        elif len(parts) == 3 and parts[2] == "invoke" and method == "POST":
            self.all[parts[1]][1].ask({"headers": headers}, body, answerer.take)
        elif len(parts) == 2 and method == "DELETE":
            with self.lock:
                _, workers = self.all.pop(parts[1], (None, None))
            if workers is not None:
                workers.end()
            answerer.whole(200, b"")
        elif len(parts) == 2 and method == "GET":
            answerer.json(200, self.shown(parts[1]))
        else:
            answerer.whole(405, f"{method} {path} is not possible.".encode())

    def shown(self, name):
        return {"modelName": name, "modelUrl": self.all[name][0]}

    def list_or_load(self, method, body, answerer):
        if method == "GET":
            answerer.json(200, {"models": [self.shown(name) for name in list(self.all)]})
            return
        asked = json.loads(body)
        name, url = asked["model_name"], asked["url"]
        code = self.settings["worker"].get("code") or code_folder(url)
        workers = Workers({**self.settings["worker"], "code": code, "model": url}, 1, self.settings["seconds"])
        with self.lock:
            refused = (409, f"The model {name} is loaded.") if name in self.all else self.full()
            if refused is None:
                # It has its place before it is loaded, so that it can be unloaded meanwhile.
                self.all[name] = (url, workers)
        if refused is not None:
            answerer.whole(refused[0], refused[1].encode())
            return
        reason = workers.start()
        if reason is None and workers.ended:
            reason = f"The model {name} was unloaded while it was loaded."
        if reason is None:
            answerer.json(200, {"modelName": name, "modelUrl": url})
            return
        with self.lock:
            if self.all.get(name) == (url, workers):
                del self.all[name]
        answerer.whole(500, reason.encode())

    def full(self):
        return (507, "There is no memory for another model.") if self.all and self.is_full() else None

    def is_full(self):
        most = self.settings["memory"]
        return most > 0 and sum(worker.memory() for _, workers in list(self.all.values()) for worker in list(workers.all)) > most

    def end(self):
        for _, workers in list(self.all.values()):
            workers.end()


def code_folder(model):
    code = os.path.join(model, "code")
    return code if os.path.isdir(code) else model


def main():
    settings = json.loads(sys.argv[1])
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    if settings.get("many"):
        workers = Models(settings)
        server = Server(workers.route)
        said = "INFO: Models are loaded when they are asked for"
    else:
        workers = Workers(settings["worker"], settings["workers"], settings["seconds"])
        reason = workers.start()
        if reason is not None:
            with open(settings["failure"], "w", encoding="utf-8") as file:
                file.write(reason)
            sys.exit(1)
        server = Server(route_single(workers))
        said = f"INFO: The script answers, with {settings['workers']} workers"
    server.listen(os.environ["SAGEBRUSH_SOCKET"])
    print(said, flush=True)
    stopped.wait()
    server.stop()
    workers.end()
    os._exit(0)


if __name__ == "__main__":
    main()
