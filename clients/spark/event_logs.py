"""The event logs of an application, from which Spark's history server shows what it did.

Spark holds the file of a log open until its application ends. So it writes to a folder of its own, and whole copies are put
where the job's output is, under the name that the log has in the end: what is uploaded of it while the job runs is replaced by
what comes later.
"""

import os
import shutil
import threading

COPY_SECONDS = 15
UNFINISHED = ".inprogress"


class EventLogs:
    def __init__(self, asked, work):
        self.target = asked.local_event_logs
        self.remote = asked.remote_event_logs
        if self.target and not os.path.isabs(self.target):
            raise ValueError(f'--local-spark-event-logs-dir is "{self.target}"; an absolute path is expected.')
        if self.remote and not self.remote.startswith(("s3://", "s3a://")):
            raise ValueError(f'--spark-event-logs-s3-uri is "{self.remote}"; s3://BUCKET/PREFIX is expected.')
        if self.target and self.remote:
            raise ValueError("--local-spark-event-logs-dir and --spark-event-logs-s3-uri are both given. Leave one out.")
        self.source = os.path.join(work, "events")
        self.ended = threading.Event()
        self.copied = {}
        self.copier = threading.Thread(target=self._copy_until_end, daemon=True)

    def properties(self):
        if not self.target and not self.remote:
            return {}
        os.makedirs(self.source, exist_ok=True)
        # A folder is watched while the application runs; to S3 Spark writes a log when it ends.
        place = f"file:{self.source}" if self.target else self.remote
        return {"spark.eventLog.enabled": "true", "spark.eventLog.dir": place}

    def __enter__(self):
        if self.target:
            self.copier.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        if self.target:
            self.copier.join()
            self._copy()

    def _copy_until_end(self):
        while not self.ended.wait(COPY_SECONDS):
            self._copy()

    def _copy(self):
        for folder, _, files in os.walk(self.source):
            for file in files:
                if not file.startswith("."):
                    self._copy_one(os.path.join(folder, file))

    def _copy_one(self, path):
        try:
            found = os.stat(path)
            state = (found.st_size, found.st_mtime_ns)
            name = os.path.relpath(path, self.source)
            name = name[: -len(UNFINISHED)] if name.endswith(UNFINISHED) else name
            if self.copied.get(name) == state:
                return
            target = os.path.join(self.target, name)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            # Copied beside the folder that is uploaded, so that half a copy is never seen there.
            half = os.path.join(self.source, ".copy")
            shutil.copyfile(path, half)
            shutil.move(half, target)
            self.copied[name] = state
        except FileNotFoundError:
            # Spark has given it the name of its end meanwhile.
            return
