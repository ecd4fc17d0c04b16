import { binary } from "./column-type.ts";
import type { ExampleColumn } from "./define-transform.ts";

/**
 * Images of examples are texts: rows with a slash between them, pixels with a blank, each of six hexadecimal digits: "ff0000 00ff00/
 * 0000ff ffffff". A text that is none stands for bytes that are no image.
 */
export const images = (...values: readonly (string | null)[]): ExampleColumn => ({ type: binary, values });

/** The bytes of such an image as a PNG that is not compressed. */
export function pngOf(text: string): Uint8Array {
  const rows = text.split("/").map((row) => row.trim().split(/\s+/));
  if (!rows.flat().every((pixel) => /^[0-9a-f]{6}$/.test(pixel))) return new TextEncoder().encode(text);
  const width = rows[0]!.length;
  const lines = rows.flatMap((row) => [
    0,
    ...row.flatMap((pixel) => [0, 2, 4].map((at) => Number.parseInt(pixel.slice(at, at + 2), 16))),
  ]);
  const size = lines.length;
  const stored = [
    0x78,
    1,
    1,
    size & 255,
    size >> 8,
    ~size & 255,
    (~size >> 8) & 255,
    ...lines,
    ...fourBytes(adler(lines)),
  ];
  const header = [...fourBytes(width), ...fourBytes(rows.length), 8, 2, 0, 0, 0];
  const start = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  return Uint8Array.from([...start, ...chunk("IHDR", header), ...chunk("IDAT", stored), ...chunk("IEND", [])]);
}

/** Pixels as such a text. */
export function pixelText(width: number, data: Uint8Array): string {
  const pixels = Array.from({ length: data.length / 3 }, (_, at) =>
    [0, 1, 2].map((channel) => data[3 * at + channel]!.toString(16).padStart(2, "0")).join(""),
  );
  return Array.from({ length: pixels.length / width }, (_, row) =>
    pixels.slice(row * width, (row + 1) * width).join(" "),
  ).join("/");
}

const fourBytes = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);

function adler(bytes: readonly number[]): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return b * 65_536 + a;
}

function chunk(name: string, bytes: readonly number[]): number[] {
  const named = [...new TextEncoder().encode(name), ...bytes];
  let check = 0xffffffff;
  for (const byte of named) {
    check ^= byte;
    for (let bit = 0; bit < 8; bit++) check = (check >>> 1) ^ (check & 1 ? 0xedb88320 : 0);
  }
  return [...fourBytes(bytes.length), ...named, ...fourBytes(~check >>> 0)];
}
