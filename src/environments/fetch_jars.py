"""Fetches files of a Maven repository into a folder of this Python's packages, and keeps those whose SHA-256 is the known one.

Called as: fetch_jars.py REPOSITORY FOLDER "SHA256 PATH"...; a repository without a scheme is a folder that has the files by their
names.
"""

import hashlib
import os
import shutil
import sys
import sysconfig
import time
import urllib.error
import urllib.request

TRIES = 4
LIMIT_SECONDS = 60


def opened(repository, path):
    if "://" not in repository:
        return open(os.path.join(repository, os.path.basename(path)), "rb")
    return urllib.request.urlopen(repository + "/" + path, timeout=LIMIT_SECONDS)


def fetch(repository, path, target):
    """Writes the file and returns its hash; a connection that breaks is tried again."""
    for left in reversed(range(TRIES)):
        digest = hashlib.sha256()
        try:
            with opened(repository, path) as source, open(target, "wb") as file:
                while piece := source.read(1 << 20):
                    digest.update(piece)
                    file.write(piece)
            return digest.hexdigest()
        except urllib.error.HTTPError:
            raise
        except OSError:
            if left == 0 or "://" not in repository:
                raise
            time.sleep(1)


def main():
    repository, folder, *wanted = sys.argv[1:]
    packages = os.path.join(sysconfig.get_paths()["purelib"], *folder.split("/"))
    os.makedirs(packages, exist_ok=True)
    for line in wanted:
        known, path = line.split(" ")
        target = os.path.join(packages, os.path.basename(path))
        try:
            found = fetch(repository, path, target + ".part")
        except OSError as error:
            sys.exit(f"{repository}/{path}: {error}")
        if found != known:
            os.remove(target + ".part")
            sys.exit(f"{repository}/{path} has the SHA-256 {found}, and {known} is the known one.")
        shutil.move(target + ".part", target)


main()
