/** Ids of snapshots have 63 bits, more than a number of JavaScript holds, so JSON is read and written with BigInts. */
export function readExactJson(text: string): unknown {
  const revive = (_: string, value: unknown, of?: { readonly source?: string }): unknown =>
    typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(of?.source ?? "")
      ? BigInt(of!.source!)
      : value;
  return JSON.parse(text, revive as (key: string, value: unknown) => unknown);
}

const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): unknown };

export const writeExactJson = (value: unknown): string =>
  JSON.stringify(value, (_, inside) => (typeof inside === "bigint" ? rawJSON(String(inside)) : inside));
