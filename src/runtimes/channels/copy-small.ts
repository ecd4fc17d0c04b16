import { closeSync, openSync, readSync, writeSync } from "node:fs";

export interface Copy {
  readonly from: string;
  readonly to: string;
}

/** Files up to this size are read whole: a step by step copy by the thread pool would take longer. */
const smallBytes = 512 * 1024;

/** Makes what copies small files one by one. It returns false for a file that is not small, and leaves it. */
export function smallCopier(): (copy: Copy) => boolean {
  const buffer = Buffer.allocUnsafe(smallBytes + 1);
  return ({ from, to }) => {
    const source = openSync(from, "r");
    let size: number;
    try {
      size = readSync(source, buffer, 0, buffer.length, 0);
    } finally {
      closeSync(source);
    }
    if (size === buffer.length) return false;
    const target = openSync(to, "wx");
    try {
      for (let at = 0; at < size; ) at += writeSync(target, buffer, at, size - at);
    } finally {
      closeSync(target);
    }
    return true;
  };
}
