import { bytesOf } from "./file-bytes.ts";

const [quote, newLine] = [0x22, 0x0a];

/** Whether a quoted value of one of the files has an end of line in it. It jumps from quote to quote. */
export async function hasLongRecords(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    let isOpen = false;
    for await (const piece of bytesOf(path)) {
      for (let at = 0; ; ) {
        const next = piece.indexOf(quote, at);
        const line = isOpen ? piece.indexOf(newLine, at) : -1;
        if (line >= 0 && (next < 0 || line < next)) return true;
        if (next < 0) break;
        isOpen = !isOpen;
        at = next + 1;
      }
    }
  }
  return false;
}
