"""A module beside word_count.py, which the job has by --py-files: on the workers too."""

import re


def words_of(line):
    return re.findall(r"[a-z']+", line.lower())
