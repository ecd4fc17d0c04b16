import { execFile } from "node:child_process";
import { createReadStream, createWriteStream, rmSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createDeflate } from "node:zlib";
import { StepFault } from "../../prep/step-fault.ts";

/** Node has no encoder of bzip2; Python has one in its own library. */
const bzip2 = `
import bz2, shutil, sys
with open(sys.argv[1], "rb") as rows, bz2.open(sys.argv[2], "wb") as out:
    shutil.copyfileobj(rows, out, 1 << 20)
`;

/** Puts a file in place of another, with an ending more and compressed as Hadoop has it. */
export async function compressFile(
  file: string,
  compression: "bzip2" | "deflate",
  python: string,
  signal: AbortSignal,
): Promise<void> {
  if (compression === "deflate") {
    await pipeline(createReadStream(file), createDeflate(), createWriteStream(`${file}.deflate`), { signal });
  } else {
    try {
      await promisify(execFile)(python, ["-c", bzip2, file, `${file}.bz2`], { signal });
    } catch (error) {
      if (signal.aborted) throw error;
      throw new StepFault(`The output is not compressed with bzip2: ${(error as Error).message}. Take gzip.`);
    }
  }
  rmSync(file);
}
