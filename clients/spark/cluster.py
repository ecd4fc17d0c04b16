"""Spark over the hosts of a job: a standalone cluster, with a master on the first host and a worker on each.

The first host submits the application. Others hold a line to it, by which they hear that the work is done; a line that breaks
without a word means that the first host is gone.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time

import defaults

RESOURCES = "/opt/ml/config/resourceconfig.json"
MASTER_PORT = 7077
LINE_PORT = 7079
START_SECONDS = 600
# Master and worker do little, and are to be there soon.
DAEMON = {
    "SPARK_DAEMON_MEMORY": "256m",
    "SPARK_DAEMON_JAVA_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}
LOG_SECONDS = 1
DONE = b"done\n"


class Cluster:
    """The hosts of this job, of which this program is on one."""

    def __init__(self, work):
        with open(RESOURCES, encoding="utf-8") as file:
            resources = json.load(file)
        self.hosts = resources["hosts"]
        self.here = resources["current_host"]
        self.work = work
        self.first = self.hosts[0]

    @property
    def is_one(self):
        return len(self.hosts) == 1

    @property
    def is_first(self):
        return self.here == self.first

    def master(self):
        return f"local[{defaults.cores()}]" if self.is_one else f"spark://{self.first}:{MASTER_PORT}"

    def address(self):
        return defaults.LOOPBACK if self.is_one else socket.gethostbyname(self.here)

    def properties(self):
        """Each host has one executor; the driver shares the first host with it."""
        if self.is_one:
            return defaults.alone()
        driver = min(2048, defaults.memory_mib() // 4)
        executor = max(defaults.LEAST_HEAP_MIB, int(defaults.memory_mib() * defaults.HEAP_SHARE) - driver)
        return {
            "spark.driver.memory": f"{max(defaults.LEAST_HEAP_MIB, driver)}m",
            "spark.executor.memory": f"{executor}m",
            # As on YARN, the first task waits for most of the hosts, half a minute at most.
            "spark.cores.max": str(defaults.cores() * len(self.hosts)),
            "spark.scheduler.minRegisteredResourcesRatio": "0.8",
            "spark.driver.host": self.here,
            "spark.driver.bindAddress": self.address(),
        }

    def start(self, environment):
        """Starts what this host has of the cluster. Returns its processes."""
        daemons = {**DAEMON, **environment, "SPARK_WORKER_DIR": self.workers()}
        os.makedirs(self.workers(), exist_ok=True)
        started = []
        if self.is_first:
            words = ["--host", self.here, "--port", str(MASTER_PORT), "--webui-port", "0"]
            started.append(self._daemon("master.Master", words, daemons))
        self.reach(MASTER_PORT).close()
        # What is left is for the driver and for what Java has beside its heap.
        memory = f"{int(defaults.memory_mib() * 0.9)}m"
        words = ["--host", self.here, "--webui-port", "0", "--cores", str(defaults.cores()), "--memory", memory, self.master()]
        started.append(self._daemon("worker.Worker", words, daemons))
        return started

    def workers(self):
        return os.path.join(self.work, "workers")

    def _daemon(self, name, words, environment):
        program = os.path.join(environment["SPARK_HOME"], "bin", "spark-class")
        return subprocess.Popen([program, f"org.apache.spark.deploy.{name}", *words], env=environment)

    def reach(self, port):
        """Connects to the first host, which may still be on its way."""
        last = time.monotonic() + START_SECONDS
        while True:
            try:
                return socket.create_connection((self.first, port), timeout=START_SECONDS)
            except OSError as error:
                if time.monotonic() > last:
                    sys.exit(f"smspark-submit: {self.first} does not answer at port {port}: {error}")
                time.sleep(0.1)

    def line(self):
        """On another host: the line to the first."""
        line = self.reach(LINE_PORT)
        line.settimeout(None)
        return line

    def wait_until_done(self, line):
        """Waits on another host for the end of the work. Returns the exit code."""
        try:
            return 0 if line.recv(len(DONE)) == DONE else 1
        except OSError:
            return 1


class Lines:
    """On the first host: the lines to the others."""

    def __init__(self, address, others):
        self.server = socket.create_server((address, LINE_PORT))
        self.others = others
        self.open = []

    def wait_for_all(self):
        """Waits for every other host: one that comes later would find nobody."""
        self.server.settimeout(START_SECONDS)
        while len(self.open) < self.others:
            try:
                self.open.append(self.server.accept()[0])
            except TimeoutError:
                sys.exit(f"smspark-submit: {self.others - len(self.open)} hosts did not come within {START_SECONDS} s.")

    def end(self):
        for line in self.open:
            try:
                line.sendall(DONE)
                line.close()
            except OSError:
                pass
        self.server.close()


class ExecutorLogs:
    """Shows in the log of a host what its executors say, which Spark writes to files."""

    def __init__(self, folder):
        self.folder = folder
        self.shown = {}
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._follow, daemon=True)
        self.thread.start()

    def _follow(self):
        while not self.ended.wait(LOG_SECONDS):
            self._show()

    def _show(self):
        for place, _, files in os.walk(self.folder):
            for name in files:
                if name in ("stdout", "stderr"):
                    self._show_file(os.path.join(place, name))

    def _show_file(self, path):
        with open(path, "rb") as file:
            file.seek(self.shown.get(path, 0))
            found = file.read()
        # A line that is not whole is shown with its end.
        whole = found if self.ended.is_set() else found[: found.rfind(b"\n") + 1]
        self.shown[path] = self.shown.get(path, 0) + len(whole)
        if whole:
            with open(sys.stdout.fileno(), "wb", closefd=False) as out:
                out.write(whole)

    def end(self):
        self.ended.set()
        self.thread.join()
        self._show()
