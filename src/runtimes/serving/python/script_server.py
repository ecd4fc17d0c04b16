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
import signal
import sys
import threading

from script_http import Server
from script_models import Models
from script_workers import Workers


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
