/** A decimal number: its digits as a whole, and how many of them stand behind the point. */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: bigint;
  readonly scale: number;
}

/** Reads `-1.50` and `1.5e-7`; undefined for what is no number. */
export function readDecimal(text: string): Decimal | undefined {
  const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text.trim());
  const [, sign, whole = "", fraction = "", exponent = "0"] = found ?? [];
  if (!found || whole + fraction === "") return undefined;
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return scale < 0
    ? { negative: sign === "-", digits: digits * 10n ** BigInt(-scale), scale: 0 }
    : { negative: sign === "-", digits, scale };
}

/** The digits with so many behind the point, half a unit up. Without the sign. */
export function fixedText({ digits, scale }: Decimal, places: number): string {
  const drop = scale - places;
  const rounded =
    drop <= 0 ? digits * 10n ** BigInt(-drop) : (digits + 5n * 10n ** BigInt(drop - 1)) / 10n ** BigInt(drop);
  const text = rounded.toString().padStart(places + 1, "0");
  return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
}

/** `1.234568e+04`, half a unit up. Without the sign. */
export function scientificText({ digits, scale }: Decimal, places: number): string {
  const text = digits.toString();
  let exponent = digits === 0n ? 0 : text.length - 1 - scale;
  let shown = fixedText({ negative: false, digits, scale: text.length - 1 }, places);
  // 9.99 has become 10.0.
  if (/^\d\d/.test(shown)) {
    exponent++;
    shown = fixedText({ negative: false, digits, scale: text.length }, places);
  }
  return `${shown}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}
