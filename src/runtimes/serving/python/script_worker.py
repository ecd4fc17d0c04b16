"""
One worker of script_server.py: loads the model by the user's script, then answers one request at a time on the socket
pair it was given.

    script_worker.py DESCRIPTOR SETTINGS      SETTINGS is JSON: family, program, code and model
"""

import json
import os
import socket
import sys
import traceback

import script_frames as frames
from script_functions import Answer, ScriptError, load_functions


def serve(channel, functions):
    while True:
        try:
            _, request, size = frames.receive_head(channel)
            body = frames.receive(channel, size)
        except (EOFError, ConnectionResetError):
            return
        answer = functions.answer(request["headers"], body)
        if answer.status >= 400 and isinstance(answer.body, bytes):
            print(answer.body.decode("utf-8", "replace"), file=sys.stderr, flush=True)
        head = {"status": answer.status, "headers": answer.headers}
        if isinstance(answer.body, bytes):
            frames.send(channel, frames.ANSWER, head, answer.body)
        else:
            stream(channel, head, answer)


def reason_of(error):
    if isinstance(error, ScriptError):
        return str(error)
    # A message of several lines says it in the first one.
    return traceback.format_exception_only(type(error), error)[-1].strip().split("\n")[0]


def stream(channel, head, answer: Answer):
    frames.send(channel, frames.BEGIN, head)
    try:
        for piece in answer.body:
            frames.send(channel, frames.PIECE, None, piece.encode() if isinstance(piece, str) else bytes(piece))
    except Exception:
        traceback.print_exc()
        frames.send(channel, frames.BROKEN)
    else:
        frames.send(channel, frames.END)


def main():
    channel = socket.socket(fileno=int(sys.argv[1]))
    settings = json.loads(sys.argv[2])
    if os.path.isdir(settings["code"]):
        os.chdir(settings["code"])
    try:
        functions = load_functions(settings)
    except BaseException as error:
        traceback.print_exc()
        frames.send(channel, frames.FAILED, {"reason": reason_of(error)})
        sys.exit(1)
    frames.send(channel, frames.READY)
    serve(channel, functions)


if __name__ == "__main__":
    main()
