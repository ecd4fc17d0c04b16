/** Data that is no UBJSON, or ends early. */
export class UbjsonError extends Error {}

const sizes: Readonly<Record<string, number>> = { i: 1, U: 1, C: 1, I: 2, l: 4, d: 4, L: 8, D: 8 };
/** Deeper than any model is nested. */
const deepest = 64;

/** Reads Universal Binary JSON, as XGBoost writes it: https://ubjson.org. Arrays of numbers of one type are read at once. */
export function readUbjson(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;

  function byte(): string {
    if (at >= bytes.length) throw new UbjsonError("it ends in the middle of a value");
    return String.fromCharCode(bytes[at++]!);
  }
  function number(type: string): number {
    const size = sizes[type];
    if (size === undefined) throw new UbjsonError(`a number has the type ${JSON.stringify(type)}`);
    if (at + size > bytes.length) throw new UbjsonError("it ends in the middle of a number");
    at += size;
    const from = at - size;
    if (type === "i") return view.getInt8(from);
    if (type === "U" || type === "C") return view.getUint8(from);
    if (type === "I") return view.getInt16(from);
    if (type === "l") return view.getInt32(from);
    if (type === "d") return view.getFloat32(from);
    return type === "D" ? view.getFloat64(from) : Number(view.getBigInt64(from));
  }
  function text(): string {
    const size = number(byte());
    if (size < 0 || at + size > bytes.length) throw new UbjsonError("it ends in the middle of a text");
    at += size;
    return new TextDecoder().decode(bytes.subarray(at - size, at));
  }
  /** The type and the count that a container may be written with. */
  function shape(): { type?: string; count?: number } {
    let type: string | undefined;
    if (String.fromCharCode(bytes[at] ?? 0) === "$") {
      at++;
      type = byte();
    }
    if (String.fromCharCode(bytes[at] ?? 0) !== "#") return {};
    at++;
    const count = number(byte());
    // A number takes a byte at least, so a count that is larger is none.
    if (count < 0 || count > bytes.length) throw new UbjsonError(`a container has ${count} values`);
    return type === undefined ? { count } : { type, count };
  }
  function isEnd(end: string): boolean {
    if (String.fromCharCode(bytes[at] ?? 0) !== end) return false;
    at++;
    return true;
  }
  function value(type: string, depth: number): unknown {
    if (depth > deepest) throw new UbjsonError("it is nested too deep");
    switch (type) {
      case "{":
        return object(depth);
      case "[":
        return array(depth);
      case "S":
        return text();
      case "T":
        return true;
      case "F":
        return false;
      case "Z":
        return null;
      case "N":
        return value(byte(), depth);
      default:
        return number(type);
    }
  }
  function array(depth: number): unknown[] {
    const { type, count } = shape();
    const values: unknown[] = [];
    if (count === undefined) while (!isEnd("]")) values.push(value(byte(), depth + 1));
    else for (let i = 0; i < count; i++) values.push(value(type ?? byte(), depth + 1));
    return values;
  }
  function object(depth: number): Record<string, unknown> {
    const { type, count } = shape();
    const members: Record<string, unknown> = Object.create(null);
    for (let i = 0; count === undefined ? !isEnd("}") : i < count; i++) {
      const name = text();
      members[name] = value(type ?? byte(), depth + 1);
    }
    return members;
  }
  return value(byte(), 0);
}
