const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
const values = new Map([...alphabet].map((sign, value) => [sign, value]));

/**
 * Returns the bytes of a text in base 85 as Python's `base64.b85encode` writes it: five signs for four bytes, the last of
 * which may be fewer. Undefined for a text that is none.
 */
export function decodeBase85(text: string): Uint8Array | undefined {
  const missing = (5 - (text.length % 5)) % 5;
  const padded = text + "~".repeat(missing);
  const bytes = new Uint8Array((padded.length / 5) * 4);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < padded.length; at += 5) {
    let number = 0;
    for (const sign of padded.slice(at, at + 5)) {
      const value = values.get(sign);
      if (value === undefined) return undefined;
      number = number * 85 + value;
    }
    if (number > 0xffff_ffff) return undefined;
    view.setUint32((at / 5) * 4, number);
  }
  return bytes.subarray(0, bytes.length - missing);
}
