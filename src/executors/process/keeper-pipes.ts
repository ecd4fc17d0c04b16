import { constants, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { RunFolder } from "./run-folder.ts";

interface Pipe {
  readonly reader: number;
  readonly writer: number;
}

/**
 * What a run prints and tells goes through named pipes: Node's own are sockets, and a program cannot open /dev/stdout when
 * it is one. The shell that becomes a keeper makes them, which takes a tenth of what it would take the keeper.
 */
export interface KeeperPipes {
  readonly output: Pipe;
  readonly states: Pipe;
}

/** Makes the pipes in the folder $1 and becomes the rest of the words. A shell keeps its process id then. */
export const pipesThen = 'mkfifo -m 600 "$1/output.$$" "$1/states.$$" && shift && exec "$@"';

/** Opens and removes the pipes of this keeper. */
export const openPipes = ({ root }: RunFolder): KeeperPipes => ({
  output: openPipe(join(root, `output.${process.pid}`)),
  states: openPipe(join(root, `states.${process.pid}`)),
});

function openPipe(path: string): Pipe {
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  rmSync(path);
  return { reader, writer };
}
