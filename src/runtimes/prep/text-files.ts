import { closeSync, createReadStream, createWriteStream, mkdirSync, openSync, readSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import type { EngineFile } from "../../engines/port.ts";
import type { TextEncoding } from "../../prep/flows/flow-source.ts";
import { StepFault } from "../../prep/step-fault.ts";

/** What files begin with, whatever their names say, and the endings by which the engine knows it. */
const compressions: readonly (readonly [name: string, start: string, ending: RegExp | undefined])[] = [
  ["gzip", "1f8b", /\.gz$/i],
  ["zstd", "28b52ffd", /\.zst$/i],
  ["bzip2", "425a68", undefined],
  ["xz", "fd377a585a00", undefined],
  ["lz4", "04224d18", undefined],
  ["zip", "504b0304", undefined],
];

/** @throws StepFault for a file that is compressed in a way that is not read, or that its name does not say */
export function checkCompression(file: string, uri: string): void {
  const start = startOf(file).toString("hex");
  const found = compressions.find(([, bytes]) => start.startsWith(bytes));
  const said = compressions.find(([, , ending]) => ending?.test(file));
  if (found && !found[2])
    throw new StepFault(
      `The file ${uri} is compressed with ${found[0]}, which is not read. Decompress it, or compress it with gzip or zstd and a name that ends with .gz or .zst.`,
    );
  if (found?.[2] && found !== said)
    throw new StepFault(
      `The file ${uri} is compressed with ${found[0]}, and its name does not end with ${found[0] === "gzip" ? ".gz" : ".zst"}. Name it so.`,
    );
  if (said && !found && statSync(file).size > 0)
    throw new StepFault(
      `The file ${uri} is named as one that is compressed with ${said[0]}, and is not. Name it otherwise.`,
    );
}

function startOf(path: string): Buffer {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(8);
    return bytes.subarray(0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}

/** Encodings that the engine reads as they are. */
export const isReadAsIs = (encoding: TextEncoding): encoding is "utf-8" | "latin-1" =>
  encoding === "utf-8" || encoding === "latin-1";

/**
 * Writes the texts of files anew in UTF-8, below `folder` of the engine's `root`, a piece at a time.
 * @throws StepFault for a text that is not in the encoding
 */
export async function inUtf8(
  files: readonly EngineFile[],
  encoding: TextEncoding,
  root: string,
  folder: string,
): Promise<readonly EngineFile[]> {
  const written: EngineFile[] = [];
  for (const file of files) {
    const from = join(root, file.path);
    const path = join(folder, file.path).replace(/\.(?:gz|zst)$/i, "");
    mkdirSync(dirname(join(root, path)), { recursive: true });
    const inflate = /\.gz$/i.test(from) ? [createGunzip()] : /\.zst$/i.test(from) ? [createZstdDecompress()] : [];
    let decoder: TextDecoder | undefined;
    const decode = (bytes: Uint8Array | undefined) => {
      decoder ??= new TextDecoder(encoding === "utf-16" ? utf16Of(bytes ?? new Uint8Array()) : encoding, {
        fatal: true,
      });
      try {
        return decoder.decode(bytes, { stream: bytes !== undefined });
      } catch {
        throw new StepFault(
          `The file ${file.uri} is not encoded in ${encoding}. Name its encoding in the source, s3CsvEncodingType.`,
        );
      }
    };
    const recode = new Transform({
      transform(bytes: Buffer, _encoding, done) {
        attempt(() => decode(bytes), done);
      },
      flush(done) {
        attempt(() => decode(undefined), done);
      },
    });
    const to = createWriteStream(join(root, path));
    await pipeline([createReadStream(from), ...inflate, recode, to]);
    written.push({ ...file, path, sizeBytes: to.bytesWritten });
  }
  return written;
}

function attempt(work: () => string, done: (error: Error | null, text?: string) => void): void {
  let text: string;
  try {
    text = work();
  } catch (error) {
    done(error as Error);
    return;
  }
  done(null, text);
}

/** By its mark, else by which half of its first character is zero. */
const utf16Of = (start: Uint8Array): string =>
  (start[0] === 0xfe && start[1] === 0xff) || (start[0] === 0 && start[1] !== 0) ? "utf-16be" : "utf-16le";
