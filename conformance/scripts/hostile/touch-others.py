"""Tries to touch processes that are not this job's, and prints a line of JSON with what came of it.

Arguments: a secret, backwards, and the ids that the processes have on the machine.
"""

import ctypes
import json
import os
import re
import sys

secret, others = sys.argv[1][::-1], [int(pid) for pid in sys.argv[2:]]
libc = ctypes.CDLL(None, use_errno=True)
ATTACH, SEIZE, DETACH = 16, 0x4206, 17


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def failed(result):
    return os.strerror(ctypes.get_errno()) if result < 0 else "done"


def trace(pid, how):
    result = libc.ptrace(how, pid, None, None)
    said = failed(result)
    if result == 0:
        os.waitpid(pid, 0)
        libc.ptrace(DETACH, pid, None, None)
    return said


def copy_memory(pid, address=0x400000):
    buffer = ctypes.create_string_buffer(8)
    here = Vector(ctypes.cast(buffer, ctypes.c_void_p), 8)
    there = Vector(address, 8)
    return failed(libc.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0))


def opened(path, flags=os.O_RDONLY):
    try:
        os.close(os.open(path, flags))
        return "done"
    except OSError as error:
        return os.strerror(error.errno)


def signalled(pid):
    try:
        os.kill(pid, 0)
        return "done"
    except OSError as error:
        return os.strerror(error.errno)


def attempts(pid):
    return {
        "attach": trace(pid, ATTACH),
        "seize": trace(pid, SEIZE),
        "copy": copy_memory(pid),
        "read memory": opened(f"/proc/{pid}/mem"),
        "write memory": opened(f"/proc/{pid}/mem", os.O_WRONLY),
        "environ": opened(f"/proc/{pid}/environ"),
        "files": opened(f"/proc/{pid}/fd", os.O_RDONLY | os.O_DIRECTORY),
        "root": opened(f"/proc/{pid}/root/etc/passwd"),
        "signal": signalled(pid),
    }


def said_in_memory(pid):
    """What the whole memory of a process says, as far as this job may read it."""
    found = set()
    try:
        maps = open(f"/proc/{pid}/maps").read()
        memory = open(f"/proc/{pid}/mem", "rb", 0)
    except OSError:
        return found
    for begin, end, mode in re.findall(r"^([0-9a-f]+)-([0-9a-f]+) (\S+)", maps, re.M):
        if "r" not in mode:
            continue
        try:
            memory.seek(int(begin, 16))
            text = memory.read(int(end, 16) - int(begin, 16)).decode("latin1")
        except (OSError, ValueError, OverflowError):
            continue
        found |= {word for word in (secret, "SBRN", "AWS_SECRET_ACCESS_KEY") if word in text}
    return found


visible = [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
reached = [pid for pid in range(1, max(others) + 5000) if signalled(pid) == "done" and pid != os.getpid()]
print("TOUCHED " + json.dumps({
    "others": sorted({f"{what}: {came}" for pid in others for what, came in attempts(pid).items()}),
    # Those of the sandbox itself: its first process, and perhaps a shell.
    "reached": sorted(set(reached) - set(visible)),
    "visible": len(visible) <= 2,
    "said": sorted({word for pid in visible for word in said_in_memory(pid)}),
}))
