/**
 * What is in a Python pickle, nothing of it run: a call or an object becomes a `PickledObject` that says what would have
 * been called with what. A pickle can hold any program, so what is not plain data is only described.
 */
export type PickledValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickledValue[]
  | Map<PickledValue, PickledValue>
  | PickledName
  | PickledObject;

/** A class or function, by its module and name. */
export class PickledName {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** What a class or function would be called with, and what its result would be given as its state. */
export class PickledObject {
  readonly of: PickledValue;
  readonly args: PickledValue;
  state: PickledValue | undefined;
  constructor(of: PickledValue, args: PickledValue) {
    this.of = of;
    this.args = args;
  }
}

/** No pickle, or one with something that this reader does not know. */
export class PickleError extends Error {}

class Mark {}

class Reader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  at = 0;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  take(size: number): Uint8Array {
    if (size < 0 || this.at + size > this.bytes.length) throw new PickleError("it ends in the middle of a value");
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }
  number(kind: "u8" | "u16" | "u32" | "i32" | "u64" | "f64"): number {
    const { length } = this.take({ u8: 1, u16: 2, u32: 4, i32: 4, u64: 8, f64: 8 }[kind]);
    const from = this.at - length;
    switch (kind) {
      case "u8":
        return this.#view.getUint8(from);
      case "u16":
        return this.#view.getUint16(from, true);
      case "u32":
        return this.#view.getUint32(from, true);
      case "i32":
        return this.#view.getInt32(from, true);
      case "u64":
        return Number(this.#view.getBigUint64(from, true));
      case "f64":
        // The only number that is written with its largest byte first.
        return this.#view.getFloat64(from, false);
    }
  }
  line(): string {
    return utf8(this.lineBytes());
  }
  /** A line of text as Python 2 writes it: a byte a letter, and what is no such letter as \\uXXXX. */
  escapedLine(): string {
    return latin1(this.lineBytes()).replace(/\\u([0-9a-fA-F]{4})/g, (_, code) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
  }
  lineBytes(): Uint8Array {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) throw new PickleError("it ends in the middle of a line");
    const bytes = this.take(end - this.at);
    this.at++;
    return bytes;
  }
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

const utf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A number of more bytes is none that a model has, and would take long to read. */
const longest = 1024;

/** Little-endian, negative where its highest bit is set. */
function long(bytes: Uint8Array): number | bigint {
  if (bytes.length > longest) throw new PickleError(`it has a number of ${bytes.length} bytes`);
  const value = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const signed = (bytes.at(-1) ?? 0) & 0x80 ? value - (1n << BigInt(8 * bytes.length)) : value;
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
}

type Entry = PickledValue | Mark;

class Machine {
  readonly #stack: Entry[] = [];
  readonly #memo = new Map<number, PickledValue>();
  push(value: Entry): void {
    this.#stack.push(value);
  }
  pop(): PickledValue {
    const value = this.#stack.pop();
    if (value === undefined || value instanceof Mark) throw new PickleError("it takes more values than it has");
    return value;
  }
  top(): PickledValue {
    const value = this.pop();
    this.push(value);
    return value;
  }
  sinceMark(): PickledValue[] {
    const at = this.#stack.findLastIndex((value) => value instanceof Mark);
    if (at < 0) throw new PickleError("it takes more values than it has");
    return (this.#stack.splice(at) as [Mark, ...PickledValue[]]).slice(1) as PickledValue[];
  }
  several(count: number): PickledValue[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }
  remember(index = this.#memo.size): void {
    this.#memo.set(index, this.top());
  }
  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw new PickleError("it names a value that it has not");
    this.push(value);
  }
  set(pairs: readonly PickledValue[]): void {
    const map = this.top();
    // An item of an object that is no plain one is left out: the object is only described.
    if (map instanceof Map) for (let i = 0; i + 1 < pairs.length; i += 2) map.set(pairs[i]!, pairs[i + 1]!);
  }
  append(values: readonly PickledValue[]): void {
    const list = this.top();
    if (Array.isArray(list)) for (const value of values) list.push(value);
  }
  make(of: PickledValue, args: PickledValue): void {
    this.push(new PickledObject(of, args));
  }
}

type Step = (machine: Machine, reader: Reader) => void;

const code = (text: string): number => text.charCodeAt(0);
const push =
  (read: (reader: Reader) => PickledValue): Step =>
  (machine, reader) =>
    machine.push(read(reader));
const bytesOf = (size: "u8" | "u32" | "u64") => (reader: Reader) => reader.take(reader.number(size));

/** What each code does. The list of codes is Python's `pickletools`. */
const steps: ReadonlyMap<number, Step> = new Map<number, Step>([
  [0x80, (_, reader) => void reader.number("u8")],
  [0x95, (_, reader) => void reader.number("u64")],
  [code("("), (machine) => machine.push(new Mark())],
  [code("N"), push(() => null)],
  [0x88, push(() => true)],
  [0x89, push(() => false)],
  [code("I"), push((reader) => integerLine(reader.line()))],
  [code("L"), push((reader) => integerLine(reader.line().replace(/L$/, "")))],
  [code("F"), push((reader) => Number(reader.line()))],
  [code("J"), push((reader) => reader.number("i32"))],
  [code("K"), push((reader) => reader.number("u8"))],
  [code("M"), push((reader) => reader.number("u16"))],
  [0x8a, push((reader) => long(bytesOf("u8")(reader)))],
  [0x8b, push((reader) => long(bytesOf("u32")(reader)))],
  [code("G"), push((reader) => reader.number("f64"))],
  [code("V"), push((reader) => reader.escapedLine())],
  [code("S"), push((reader) => reader.line().replace(/^(['"])(.*)\1$/, "$2"))],
  [code("X"), push((reader) => utf8(bytesOf("u32")(reader)))],
  [0x8c, push((reader) => utf8(bytesOf("u8")(reader)))],
  [0x8d, push((reader) => utf8(bytesOf("u64")(reader)))],
  [code("U"), push(bytesOf("u8"))],
  [code("T"), push(bytesOf("u32"))],
  [code("C"), push(bytesOf("u8"))],
  [code("B"), push(bytesOf("u32"))],
  [0x8e, push(bytesOf("u64"))],
  [0x96, push(bytesOf("u64"))],
  [code("]"), push(() => [])],
  [code(")"), push(() => [])],
  [0x8f, push(() => [])],
  [code("}"), push(() => new Map())],
  [code("t"), (machine) => machine.push(machine.sinceMark())],
  [code("l"), (machine) => machine.push(machine.sinceMark())],
  [0x91, (machine) => machine.push(machine.sinceMark())],
  [0x85, (machine) => machine.push(machine.several(1))],
  [0x86, (machine) => machine.push(machine.several(2))],
  [0x87, (machine) => machine.push(machine.several(3))],
  [
    code("d"),
    (machine) => {
      const pairs = machine.sinceMark();
      machine.push(new Map());
      machine.set(pairs);
    },
  ],
  [code("s"), (machine) => machine.set(machine.several(2))],
  [code("u"), (machine) => machine.set(machine.sinceMark())],
  [code("a"), (machine) => machine.append(machine.several(1))],
  [code("e"), (machine) => machine.append(machine.sinceMark())],
  [0x90, (machine) => machine.append(machine.sinceMark())],
  [code("0"), (machine) => void machine.pop()],
  [code("1"), (machine) => void machine.sinceMark()],
  [code("2"), (machine) => machine.push(machine.top())],
  [code("p"), (machine, reader) => machine.remember(Number(reader.line()))],
  [code("q"), (machine, reader) => machine.remember(reader.number("u8"))],
  [code("r"), (machine, reader) => machine.remember(reader.number("u32"))],
  [0x94, (machine) => machine.remember()],
  [code("g"), (machine, reader) => machine.recall(Number(reader.line()))],
  [code("h"), (machine, reader) => machine.recall(reader.number("u8"))],
  [code("j"), (machine, reader) => machine.recall(reader.number("u32"))],
  [code("c"), push((reader) => new PickledName(`${reader.line()}.${reader.line()}`))],
  [
    0x93,
    (machine) => {
      const [module, name] = machine.several(2);
      if (typeof module !== "string" || typeof name !== "string") throw new PickleError("it names a class by no text");
      machine.push(new PickledName(`${module}.${name}`));
    },
  ],
  [code("R"), (machine) => machine.make(...(machine.several(2) as [PickledValue, PickledValue]))],
  [0x81, (machine) => machine.make(...(machine.several(2) as [PickledValue, PickledValue]))],
  [0x92, (machine) => machine.make(...(machine.several(3).slice(0, 2) as [PickledValue, PickledValue]))],
  [
    code("b"),
    (machine) => {
      const state = machine.pop();
      const object = machine.top();
      if (object instanceof PickledObject) object.state = state;
    },
  ],
]);

function integerLine(text: string): PickledValue {
  if (text === "00" || text === "01") return text === "01";
  if (!/^[-+]?\d+$/.test(text) || text.length > longest) throw new PickleError("it has a whole number that is none");
  return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
}

/** @throws PickleError */
export function readPickle(bytes: Uint8Array): PickledValue {
  const reader = new Reader(bytes);
  const machine = new Machine();
  for (;;) {
    const name = reader.number("u8");
    if (name === code(".")) return machine.pop();
    const step = steps.get(name);
    if (!step) throw new PickleError(`it has the code 0x${name.toString(16)}, which is not known`);
    step(machine, reader);
  }
}

/** Returns the bytes of a bytes object or bytearray, as each protocol writes them; undefined for anything else. */
export function pickledBytes(value: PickledValue | undefined): Uint8Array | undefined {
  let inner = value;
  // What holds itself has no end.
  for (let depth = 0; depth < 8; depth++) {
    if (inner instanceof Uint8Array) return inner;
    if (!(inner instanceof PickledObject) || !(inner.of instanceof PickledName) || !Array.isArray(inner.args))
      return undefined;
    const [first, encoding]: PickledValue[] = inner.args;
    if (typeof first === "string")
      return typeof encoding === "string" && /^latin-?1$/.test(encoding)
        ? Uint8Array.from(first, (character) => character.charCodeAt(0))
        : undefined;
    if (!/\.(bytearray|bytes)$/.test(inner.of.name)) return undefined;
    inner = first;
  }
  return undefined;
}
