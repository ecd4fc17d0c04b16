"""Several models by the container contract: POST /models, POST /models/NAME/invoke, DELETE /models/NAME."""

import json
import os
import threading

from script_workers import Workers


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
