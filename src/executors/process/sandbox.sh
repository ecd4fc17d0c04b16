#!/bin/sh
# A sandbox made by util-linux, for machines without bubblewrap. It takes those options of bubblewrap that the executor
# uses (sandbox.ts), and keeps the same promises. Namespaces are made as an ordinary user: the first user namespace owns
# the mounts, and the command runs in a second one below it, without capabilities, so it can undo none of them.
#
#   sandbox.sh OPTIONS -- COMMAND      the process that is started is the parent of the sandbox's first process, and the
#                                      command is the child of that one

set -ef
system_path=/usr/sbin:/usr/bin:/sbin:/bin

fail() {
  echo "sandbox: $1" >&2
  exit 1
}

# Enters the namespaces and starts this file again, as their first process.
enter() {
  network="unshare --net --"
  for word; do
    [ "$word" = -- ] && break
    [ "$word" = --share-net ] && network=
  done
  SANDBOX_PATH=$PATH
  PATH=$system_path
  SANDBOX_IDS="$(id -u) $(id -g)"
  SANDBOX_NETWORK=$network
  export SANDBOX_PATH SANDBOX_IDS SANDBOX_NETWORK
  # A network namespace that is made with the user namespace belongs to nobody: the ids are mapped later.
  # shellcheck disable=SC2086
  exec setpriv --pdeathsig KILL unshare --user --map-root-user --mount --pid --fork --kill-child --ipc --uts --cgroup -- \
    $network /bin/sh "$0" --first "$@"
}

# Finds a folder in which nothing lies that is shown: the new root is mounted on it. Nothing that is shown lies in /sys, but
# a sandbox inside this one may have to see it.
choose_root() {
  for root in /mnt /media /srv /sys; do
    [ -d $root ] || continue
    used=
    for word; do case $word in "$root" | "$root"/*) used=1 ;; esac; done
    [ -n "$used" ] || return 0
  done
}

# The place of a path in the new root.
inside() { place=$root$1; }

make_folder() { mkdir -p -- "$root$1"; }

# Makes what another file or folder is mounted on.
make_place() {
  inside "$2"
  if [ -d "$1" ]; then mkdir -p -- "$place"
  elif [ ! -e "$place" ]; then
    mkdir -p -- "${place%/*}"
    : > "$place"
  fi
}

# Changes the options of a mount, which must keep those that it was mounted with.
restrict() {
  kept=
  for option in nodev noexec noatime nodiratime relatime; do
    case ,$2, in *,$option,*) kept=$kept,$option ;; esac
  done
  mount -o "remount,bind,nosuid$kept$3" -- "$1"
}

# mountinfo has a blank as \040.
unescaped() { printf '%b' "$(printf '%s' "$1" | sed 's/\\\([0-7][0-7][0-7]\)/\\0\1/g')"; }

# Mounts a file or folder with all that is mounted below it.
show() {
  options=$3
  make_place "$1" "$2"
  mount --rbind -- "$1" "$place"
  real=$place
  while read -r _ _ _ _ point flags _; do
    case $point in *\\*) point=$(unescaped "$point") ;; esac
    case $point in
      "$real" | "$real"/*) restrict "$point" "$flags" "$options" ;;
    esac
  done < /proc/self/mountinfo
}

mount_devices() {
  make_folder "$1"
  inside "$1"
  mount -t tmpfs -o mode=755,nosuid,noexec devices "$place"
  for device in null zero full random urandom tty; do
    : > "$place/$device"
    mount --bind "/dev/$device" "$place/$device"
  done
  mkdir "$place/shm" "$place/pts"
  mount -t tmpfs -o mode=1777,nosuid,nodev shared-memory "$place/shm"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620,nosuid,noexec devpts "$place/pts"
  ln -s pts/ptmx "$place/ptmx"
  ln -s /proc/self/fd "$place/fd"
  for number in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${number%:*}" "$place/${number#*:}"; done
}

mount_processes() {
  make_folder "$1"
  inside "$1"
  mount -t proc -o nosuid,nodev,noexec proc "$place"
  # The one that the command runs in is the last.
  if [ -n "$closed" ]; then echo 1 > "$place/sys/user/max_user_namespaces"; fi
  # Root may write to these, also without capabilities.
  for covered in sys sysrq-trigger irq bus; do
    if [ -w "$place/$covered" ]; then
      mount --bind "$place/$covered" "$place/$covered"
      mount -o remount,bind,ro,nosuid,nodev,noexec "$place/$covered"
    fi
  done
}

# A new network has a loopback device that is down. /sys/class/net is of the network of whoever mounts it.
start_loopback() {
  if ip link set lo up 2> /dev/null; then return; fi
  make_folder /network
  mount -t sysfs sysfs "$root/network"
  echo 0x9 > "$root/network/class/net/lo/flags"
  umount "$root/network"
  rmdir "$root/network"
}

# Mounts what the options say, and starts the command.
lay() {
  PATH=$system_path
  folder=/
  bounding=-all
  closed=
  for word; do
    case $word in
      --disable-userns) closed=1 ;;
      --) break ;;
    esac
  done
  choose_root "$@"
  mount -t tmpfs -o mode=755,nosuid,nodev sandbox $root
  # Where a sandbox inside this one is laid.
  make_folder $root
  if [ -n "$SANDBOX_NETWORK" ]; then start_loopback; fi
  while [ "$1" != -- ]; do
    case $1 in
      --ro-bind) show "$2" "$3" ,ro; shift 3 ;;
      --ro-bind-try) if [ -e "$2" ]; then show "$2" "$3" ,ro; fi; shift 3 ;;
      --bind) show "$2" "$3" ""; shift 3 ;;
      --symlink) inside "$3"; mkdir -p -- "${place%/*}"; ln -s -- "$2" "$place"; shift 3 ;;
      --tmpfs) make_folder "$2"; mount -t tmpfs -o mode=755,nosuid,nodev sandbox "$root$2"; shift 2 ;;
      --proc) mount_processes "$2"; shift 2 ;;
      --dev) mount_devices "$2"; shift 2 ;;
      --dir) make_folder "$2"; shift 2 ;;
      --chmod) chmod -- "$2" "$root$3"; shift 3 ;;
      --chdir) folder=$2; shift 2 ;;
      --hostname) hostname "$2"; shift 2 ;;
      --cap-drop) shift 2 ;;
      --cap-add) bounding=$bounding,+$(echo "${2#CAP_}" | tr '[:upper:]' '[:lower:]'); shift 2 ;;
      --die-with-parent | --unshare-all | --share-net | --new-session | --unshare-user | --disable-userns) shift ;;
      *) fail "the option $1 is not known" ;;
    esac
  done
  shift
  cd $root
  mkdir .old
  pivot_root . .old
  cd /
  umount -l /.old
  rmdir /.old
  cd -- "$folder" || fail "$folder cannot be entered"
  # shellcheck disable=SC2086
  set -- $SANDBOX_IDS "$SANDBOX_PATH" "$bounding" "$@"
  unset SANDBOX_IDS SANDBOX_PATH SANDBOX_NETWORK
  user=$1 group=$2 path=$3 bounding=$4
  shift 4
  set +e
  # What a shell says of a command that was killed belongs into no log.
  exec 9>&2 2> /dev/null
  (
    exec 2>&9 9>&-
    exec unshare --user --map-user="$user" --map-group="$group" -- \
      setpriv --no-new-privs --inh-caps=-all --ambient-caps=-all --bounding-set="$bounding" -- \
      env PATH="$path" "$@"
  )
  # Not the last command, because the first process of a sandbox must not become the command: it waits for orphans.
  exit $?
}

case $1 in
  --first) shift; lay "$@" ;;
  *) enter "$@" ;;
esac
