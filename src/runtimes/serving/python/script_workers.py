"""The worker processes of a model: each has loaded it by itself, and one that ends is replaced."""

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
