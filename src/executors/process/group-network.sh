#!/bin/sh
# The network of a group: a bridge, and for each host a network namespace with an address of its own on it. An ordinary
# user may make all of that in a user namespace. The namespaces last as long as this process, whose id and start time
# FOLDER/holder.json has; it prints "ready" when they are there.
#
#   group-network.sh FOLDER LEASE MINUTES ADDRESS...
#
# It ends when the folder is gone or has another holder, and when no server has renewed the lease for so many minutes.

set -e
PATH=/usr/sbin:/usr/bin:/sbin:/bin
if [ "$1" != --inside ]; then
  exec unshare --user --map-current-user --keep-caps --mount --net -- /bin/sh "$0" --inside "$@"
fi
cd -- "$2"
lease=$3 minutes=$4
shift 4

# Where `ip` keeps its names: entered as /proc/PID/root/run/netns/NAME.
mount -t tmpfs -o mode=755 networks /run
ip link add hosts type bridge
ip link set hosts up
number=0
for address; do
  number=$((number + 1))
  name=algo-$number
  ip netns add $name
  ip link add host$number type veth peer name eth0 netns $name
  ip link set host$number master hosts up
  ip -n $name link set lo up
  ip -n $name address add "$address/16" dev eth0
  ip -n $name link set eth0 up
done

# The 20th word behind the name of the program is the start time.
stat=$(cat /proc/$$/stat)
read -r _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ start _ << EOF
${stat##*) }
EOF
printf '{"pid":%s,"startTime":"%s"}\n' $$ "$start" > "holder.$$"
mv "holder.$$" holder.json
echo ready
exec > /dev/null 2>&1

while sleep 5; do
  read -r holder < holder.json || exit 0
  case $holder in *":$$,"*) ;; *) exit 0 ;; esac
  if [ -n "$(find "$lease" -mmin "+$minutes")" ]; then exit 0; fi
done
