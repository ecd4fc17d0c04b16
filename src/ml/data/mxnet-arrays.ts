/** Bytes that are no file of MXNet arrays, or have arrays of a kind that is not read. */
export class MxnetError extends Error {}

export interface MxnetArray {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

const fileMagic = 0x112;
/** The second and third layout of an array; they differ in what a shape without dimensions means. */
const arrayMagics = new Set([0xf993fac9, 0xf993faca]);
/** The first layout, which has no kind of storage, and its magic number. */
const firstMagic = 0xf993fac8;

const readers: Readonly<Record<number, { readonly bytes: number; read(view: DataView, at: number): number }>> = {
  0: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  1: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  3: { bytes: 1, read: (view, at) => view.getUint8(at) },
  4: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  5: { bytes: 1, read: (view, at) => view.getInt8(at) },
  6: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
};

/** Reads the arrays of a file that MXNet wrote (nd.save, Module.save_params), by their names: "arg:fc0_weight". */
export function readMxnetArrays(bytes: Uint8Array): ReadonlyMap<string, MxnetArray> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const take = (size: number): number => {
    if (!(size <= bytes.length - at)) throw new MxnetError("it ends early");
    at += size;
    return at - size;
  };
  const u32 = (): number => view.getUint32(take(4), true);
  const u64 = (): number => Number(view.getBigUint64(take(8), true));
  const count = (most: number): number => {
    const value = u64();
    if (value > most) throw new MxnetError(`it has ${value} arrays or letters in ${bytes.length} bytes`);
    return value;
  };

  function array(): MxnetArray {
    const magic = u32();
    if (magic !== firstMagic && !arrayMagics.has(magic))
      throw new MxnetError("an array has a layout that is not read; it may be of MXNet before 0.12");
    if (magic !== firstMagic && u32() !== 0) throw new MxnetError("an array is sparse");
    const dimensions = u32();
    if (dimensions > 32) throw new MxnetError(`an array has ${dimensions} dimensions`);
    const shape = Array.from({ length: dimensions }, u64);
    // The device it was on.
    take(8);
    const type = readers[u32()];
    if (!type) throw new MxnetError("an array has a type of numbers that is not read");
    const length = shape.reduce((product, size) => product * size, 1);
    const from = take(length * type.bytes);
    return { shape, values: Float64Array.from({ length }, (_, index) => type.read(view, from + index * type.bytes)) };
  }

  if (bytes.length < 24 || u64() !== fileMagic) throw new MxnetError("it does not begin as one");
  u64();
  const arrays = Array.from({ length: count(bytes.length / 8) }, array);
  const names = Array.from({ length: count(bytes.length / 8) }, () => {
    const size = count(bytes.length);
    const from = take(size);
    return new TextDecoder().decode(bytes.subarray(from, from + size));
  });
  if (names.length !== arrays.length) throw new MxnetError(`it has ${arrays.length} arrays and ${names.length} names`);
  return new Map(names.map((name, index) => [name, arrays[index]!]));
}
