/** A number is written as it was read: 1.0 stays 1.0, and a large id keeps its digits. */
const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): unknown };

function keepDigits(_: string, value: unknown, of?: { readonly source?: string }): unknown {
  return typeof value === "number" && of?.source !== undefined && String(value) !== of.source
    ? rawJSON(of.source)
    : value;
}

/** Reads JSON so that JSON.stringify writes its numbers as they were. @throws SyntaxError */
export const parseKeepingDigits = (text: string): unknown =>
  JSON.parse(text, keepDigits as (key: string, value: unknown) => unknown);
