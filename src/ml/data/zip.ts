/** Bytes that are no ZIP file, or one that is read by no part of it. */
export class ZipError extends Error {}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endBytes = 22;
/** The longest comment behind the end of a ZIP file. */
const commentBytes = 0xffff;

/** Reads a ZIP file whose members are stored as they are, as Python's zipfile does by default. Returns them by name. */
export function readZip(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const members = new Map<string, Uint8Array>();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== entrySignature)
      throw new ZipError("its list is damaged");
    const [nameBytes, extraBytes, noteBytes] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes!));
    const size = view.getUint32(at + 24, true);
    if (view.getUint16(at + 10, true) !== 0) throw new ZipError(`its member ${name} is compressed`);
    members.set(name, memberAt(bytes, view, view.getUint32(at + 42, true), size, name));
    at += 46 + nameBytes! + extraBytes! + noteBytes!;
  }
  return members;
}

function findEnd(view: DataView): number {
  const last = view.byteLength - endBytes;
  for (let at = last; at >= Math.max(0, last - commentBytes); at--)
    if (view.getUint32(at, true) === endSignature) return at;
  throw new ZipError("it is no ZIP file");
}

function memberAt(bytes: Uint8Array, view: DataView, at: number, size: number, name: string): Uint8Array {
  if (at + 30 > bytes.length || view.getUint32(at, true) !== localSignature)
    throw new ZipError(`its member ${name} is not where its list says`);
  const from = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  if (from + size > bytes.length) throw new ZipError(`its member ${name} ends early`);
  return bytes.subarray(from, from + size);
}
