import { shellWord } from "../../base/shell-word.ts";
import type { RunSpec } from "../port.ts";
import { innerIsolation } from "./sandbox.ts";

/** Where the program lies in a run, and where the folder that only the run's program sees. */
export const innerSandboxPlace = "/run/sagebrush/inner-sandbox";
export const ownFolderPlace = "/run/sagebrush/own";
/** Where the folder is that only the programs of the runs of a group see. */
export const groupFolderPlace = "/run/sagebrush/group";
/** The file in the own folder that says what System V's objects take, as the kernel lists them. */
export const segmentsName = "segments";

export interface InnerSandboxOptions {
  /** The beginning of the command line, by what makes sandboxes here. */
  readonly maker: readonly string[];
  /**
   * Options by which commands in it can make no user namespaces: with one they could have file systems in memory that
   * nobody can measure.
   */
  readonly closes: readonly string[];
  /**
   * Whether commands share the System V objects of the run's own sandbox, and their sizes are written down: in a namespace
   * of their own nobody could see them.
   */
  readonly tellsSegments: boolean;
  readonly mounts: RunSpec["mounts"];
  readonly hostName: string;
  /** Whether commands have the network of the run's own sandbox whatever they ask for: that of the hosts of a group. */
  readonly sharesNetwork: boolean;
  /** The folders of the product and its Node. */
  readonly programs: readonly string[];
}

/**
 * Returns the text of the program that starts commands in the sandbox inside a run's own (see port.ts). It turns the
 * port's words into options of bubblewrap, puts them before the command, and becomes what makes the sandbox.
 */
export const innerSandboxProgram = ({
  maker,
  closes,
  tellsSegments,
  mounts,
  hostName,
  sharesNetwork,
  programs,
}: InnerSandboxOptions): string => `#!/bin/sh
# Made for one run. What it promises stands in src/executors/port.ts.

terminate() {
  # The command is the child of the sandbox's first process, which is the child of what made the sandbox.
  read -r first rest < "/proc/$1/task/$1/children"
  [ -n "$first" ] && read -r command rest < "/proc/$first/task/$first/children"
  [ -n "$command" ] && kill -TERM "$command"
}

action=$1
shift
case $action in
  terminate) terminate "$1" 2> /dev/null; exit ;;
  start) ;;
  *) echo "start or terminate is expected, not $action" >&2; exit 2 ;;
esac

network=none
count=0
while [ "$1" != -- ]; do
  case $1 in
    --folder) set -- "$@" --chdir "$2"; count=$((count + 2)); shift 2 ;;
    --readable) set -- "$@" --ro-bind "$2" "$3"; count=$((count + 3)); shift 3 ;;
    --writable) set -- "$@" --bind "$2" "$3"; count=$((count + 3)); shift 3 ;;
    --product) set -- "$@" ${words(programs.flatMap((path) => ["--ro-bind", path, path]))}; count=$((count + ${3 * programs.length})); shift ;;
    --network) network=$2; shift 2 ;;
    *) echo "$1 is not known" >&2; exit 2 ;;
  esac
done
# The command stands before the options that were made: it is moved behind them, its -- first.
count=$(($# - count))
while [ "$count" -gt 0 ]; do
  first=$1
  shift
  set -- "$@" "$first"
  count=$((count - 1))
done
${sharesNetwork ? "" : '[ "$network" = host ] && '}set -- --share-net "$@"
${tellsSegments ? tellSegments : ""}exec ${words([...maker, ...innerIsolation(mounts, tellsSegments, hostName), ...closes])} "$@"
`;

/** Goes on until the command has ended, as a process that is not the child of what makes the sandbox. */
const tellSegments = `
tell_segments() {
  while kill -0 $$; do
    for kind in shm msg sem; do
      while read -r line; do echo "$line"; done < "/proc/sysvipc/$kind"
    done > ${ownFolderPlace}/${segmentsName}
    sleep 1
  done
}
(tell_segments < /dev/null > /dev/null 2>&1 &)
`;

const words = (command: readonly string[]): string => command.map(shellWord).join(" ");
