/** A model file of AWS's linear-learner, made as MXNet 1.3 and Python write one. */

export const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const joined = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const numbers = (size: 4 | 8, values: readonly (number | bigint)[]): Uint8Array => {
  const view = new DataView(new ArrayBuffer(size * values.length));
  for (const [i, value] of values.entries())
    if (size === 8) view.setBigUint64(8 * i, BigInt(value), true);
    else view.setUint32(4 * i, Number(value), true);
  return new Uint8Array(view.buffer);
};

/** A ZIP file as Python's zipfile stores it. */
export function zip(members: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const parts: Uint8Array[] = [];
  const list: Uint8Array[] = [];
  let at = 0;
  for (const [name, bytes] of Object.entries(members)) {
    const local = new DataView(new ArrayBuffer(30));
    local.setUint32(0, 0x04034b50, true);
    local.setUint16(26, name.length, true);
    const entry = new DataView(new ArrayBuffer(46));
    entry.setUint32(0, 0x02014b50, true);
    entry.setUint32(24, bytes.length, true);
    entry.setUint16(28, name.length, true);
    entry.setUint32(42, at, true);
    parts.push(new Uint8Array(local.buffer), encode(name), bytes);
    list.push(new Uint8Array(entry.buffer), encode(name));
    at += 30 + name.length + bytes.length;
  }
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(10, list.length / 2, true);
  end.setUint32(16, at, true);
  return joined([...parts, ...list, new Uint8Array(end.buffer)]);
}

/** A file of arrays of 32-bit numbers, as MXNet 1.3 writes it. */
const params = (arrays: Readonly<Record<string, { shape: number[]; values: number[] }>>): Uint8Array =>
  joined([
    numbers(8, [0x112, 0, Object.keys(arrays).length]),
    ...Object.values(arrays).map(({ shape, values }) =>
      joined([
        numbers(4, [0xf993fac9, 0, shape.length]),
        numbers(8, shape),
        numbers(4, [1, 0, 0]),
        new Uint8Array(Float32Array.from(values).buffer),
      ]),
    ),
    numbers(8, [Object.keys(arrays).length]),
    ...Object.keys(arrays).map((name) => joined([numbers(8, [name.length + 4]), encode(`arg:${name}`)])),
  ]);

const output = (name: string, op: string) => ({
  nodes: [
    { op: "null", name: "data", inputs: [] },
    { op: "null", name: "fc0_weight", inputs: [] },
    {
      op: "dot",
      name: "dot0",
      inputs: [
        [0, 0, 0],
        [1, 0, 0],
      ],
    },
    { op: "null", name: "fc0_bias", inputs: [] },
    {
      op: "broadcast_add",
      name: "plus0",
      inputs: [
        [2, 0, 0],
        [3, 0, 0],
      ],
    },
    { op: "null", name: "out_label", inputs: [] },
    {
      op,
      name,
      inputs: [
        [4, 0, 0],
        [5, 0, 0],
      ],
    },
  ],
  heads: [[6, 0, 0]],
});

export interface Given {
  readonly type: string;
  readonly op: string;
  readonly weights: { shape: number[]; values: number[] };
  readonly bias: number[];
  readonly threshold?: number;
}

/** The members of a model file, as the ZIP has them. */
export const membersOf = ({ type, op, weights, bias, threshold }: Given): Record<string, Uint8Array> => ({
  "mx-mod-symbol.json": encode(JSON.stringify(output("out", op))),
  "additional-params.json": encode(JSON.stringify({ predictor_type: type, threshold })),
  "mx-mod-0000.params": params({ fc0_weight: weights, fc0_bias: { shape: [1, bias.length], values: bias } }),
});

export const file = (given: Given): Uint8Array => zip(membersOf(given));
