#!/bin/bash
set -e
echo "shell with $SM_HP_INTEGER and ${SM_HPS}"
test "$(hostname)" = algo-1
python params.py "$@"
