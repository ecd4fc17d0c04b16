"""Looks for what is not this job's, and prints a line of JSON with what it found."""

import ctypes
import json
import os
import sys

# Backwards in the arguments, which the sandbox's first process has too.
home, secret = sys.argv[1], sys.argv[2][::-1]


def outcome(act):
    try:
        return str(act())
    except Exception as error:
        return type(error).__name__


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path):
    with open(path, "w") as file:
        file.write("")
    return "written"


def processes():
    return [pid for pid in os.listdir("/proc") if pid.isdigit() and pid != str(os.getpid())]


def said_by_processes():
    found = set()
    for pid in processes():
        for name in ("cmdline", "environ"):
            try:
                text = read(f"/proc/{pid}/{name}").decode(errors="replace")
            except OSError:
                continue
            found |= {word for word in (secret, "SBRN", "AWS_SECRET_ACCESS_KEY") if word in text}
    return sorted(found)


def files_of_others():
    found = []
    # Those of the system and of Python are many, and nobody's.
    left_out = {"proc", "usr", "environments", ".pyenv", "site-packages"}
    for folder, below, names in os.walk("/"):
        below[:] = [name for name in below if name not in left_out]
        found += [f"{folder}/{name}" for name in names if name in ("keys", secret)]
    return found


libc = ctypes.CDLL(None, use_errno=True)


def failed(result):
    return "done" if result == 0 else os.strerror(ctypes.get_errno())


print("FOUND " + json.dumps({
    "said": said_by_processes(),
    "files": files_of_others(),
    "home": outcome(lambda: sorted(set(os.listdir(home)) - {"address"})),
    # The first process of the sandbox is there too, and perhaps a shell.
    "processes": len(processes()) <= 2,
    "trace": failed(libc.ptrace(16, os.getppid() + 1000, 0, 0)),
    "unmount": failed(libc.umount2(b"/usr", 2)),
    "system": outcome(lambda: write("/proc/sys/kernel/core_pattern")),
    "product": outcome(lambda: write("/usr/bin/made")),
    "sockets": [line for line in read("/proc/net/unix").decode().splitlines() if f"{home}/" in line],
    "devices": sorted(set(os.listdir("/dev")) & {"mem", "kmem", "sda", "vda", "nvme0n1", "kvm", "fuse"}),
}))
