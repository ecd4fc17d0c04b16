import { inflateRawSync } from "node:zlib";

/** Files of an archive are not larger than this together: a model of one step is small. */
const mostBytes = 256 * 2 ** 20;

/** Returns the files of a ZIP archive by their names. @throws Error for bytes that are none */
export function readZip(archive: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = bytes.lastIndexOf("PK\u0005\u0006", undefined, "latin1");
  if (end < 0) throw new Error("The bytes are no ZIP archive.");
  const files = new Map<string, Uint8Array>();
  let entry = bytes.readUInt32LE(end + 16);
  let left = mostBytes;
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count--) {
    const [name, extra, comment] = [28, 30, 32].map((at) => bytes.readUInt16LE(entry + at)) as [number, number, number];
    const start = bytes.readUInt32LE(entry + 42);
    const data = start + 30 + bytes.readUInt16LE(start + 26) + bytes.readUInt16LE(start + 28);
    const packed = bytes.subarray(data, data + bytes.readUInt32LE(entry + 20));
    const isPacked = bytes.readUInt16LE(entry + 10) !== 0;
    const file = isPacked ? inflateRawSync(packed, { maxOutputLength: Math.max(1, left) }) : packed;
    left -= file.length;
    files.set(bytes.toString("utf8", entry + 46, entry + 46 + name), file);
    entry += 46 + name + extra + comment;
  }
  return files;
}
