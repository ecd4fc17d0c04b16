#!/bin/sh
# Stands in for uv: makes a virtual environment with one module, and says what it was asked to do.
echo "$1 $2" >> "$UV_CALLS"
case "$1 $2" in
"venv --quiet")
  for last in "$@"; do :; done
  "$5" -m venv --without-pip "$last"
  ;;
"pip sync")
  python=$4
  touch "$UV_CALLS.sync"
  while [ -e "$UV_CALLS.hold" ]; do sleep 0.05; done
  if [ -e "$UV_CALLS.fail" ]; then
    echo "error: the index said no" >&2
    exit 2
  fi
  site=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  echo 'version = "1.0"' > "$site/of_lock.py"
  printf '#!%s\nimport of_lock\nprint(of_lock.version)\n' "$python" > "$(dirname "$python")/of-lock"
  chmod +x "$(dirname "$python")/of-lock"
  echo "Installed 1 package" >&2
  ;;
"pip freeze")
  echo "of-lock==1.0"
  ;;
"pip compile")
  [ -n "$UV_NO_CONFIG" ] && UV_CONFIG_FILE=none
  echo "${UV_CONFIG_FILE:-found by itself}" > "$UV_CALLS.configuration"
  while [ "$1" != --output-file ]; do shift; done
  printf 'of-lock==1.0\nextra==2.0\n' > "$2"
  ;;
"pip install")
  python=$4
  site=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  for last in "$@"; do :; done
  cp "$last" "$site/added.txt"
  echo 'import of_lock; version = "2.0"' > "$site/extra.py"
  ;;
esac
