"""The frames between the server and its workers, on a socket pair: a kind of one byte, a text of JSON, and bytes."""

import json
import struct

head = struct.Struct("!cIQ")
piece_bytes = 256 * 1024

# What a worker says.
READY = b"R"  # its model is loaded
FAILED = b"F"  # it could not be loaded; the text has the reason
ANSWER = b"A"  # a whole answer
BEGIN = b"B"  # an answer that comes in pieces
PIECE = b"P"
END = b"E"
BROKEN = b"X"  # the script raised in the middle of the pieces
# What it is asked.
REQUEST = b"Q"


def send(channel, kind, text=None, body=b""):
    words = b"" if text is None else json.dumps(text).encode()
    start = head.pack(kind, len(words), len(body)) + words
    if len(body) < piece_bytes:
        channel.sendall(start + body)
    else:
        channel.sendall(start)
        channel.sendall(body)


def receive_head(channel):
    """Returns kind, text and the size of the bytes that follow; raises EOFError where the other end is gone."""
    kind, text_bytes, body_bytes = head.unpack(receive(channel, head.size))
    return kind, json.loads(receive(channel, text_bytes)) if text_bytes else None, body_bytes


def receive(channel, size):
    if size == 0:
        return b""
    first = channel.recv(size)
    if len(first) == size:
        return first
    if not first:
        raise EOFError
    whole = bytearray(size)
    whole[: len(first)] = first
    view = memoryview(whole)
    at = len(first)
    while at < size:
        count = channel.recv_into(view[at:])
        if count == 0:
            raise EOFError
        at += count
    return bytes(whole)


def receive_pieces(channel, size):
    while size > 0:
        piece = channel.recv(min(size, piece_bytes))
        if not piece:
            raise EOFError
        size -= len(piece)
        yield piece
