import { createPublicKey, createSign, type KeyObject } from "node:crypto";

/** Parts of a certificate in DER (X.690): a tag, a length, the content. */
const der = (tag: number, ...content: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(content);
  const size = body.length < 0x80 ? [body.length] : longLength(body.length);
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
};

const longLength = (length: number): number[] => {
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  return [0x80 | bytes.length, ...bytes];
};

const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const bits = (bytes: Uint8Array) => der(0x03, Buffer.from([0]), bytes);
const nothing = der(0x05);
/** sha256WithRSAEncryption, 1.2.840.113549.1.1.11. */
const algorithm = sequence(der(0x06, Buffer.from("2a864886f70d01010b", "hex")), nothing);
/** commonName, 2.5.4.3. */
const commonName = der(0x06, Buffer.from("550403", "hex"));

const nameOf = (name: string) => sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from(name)))));

/** GeneralizedTime: "20260101000000Z". */
const timeOf = (milliseconds: number) =>
  der(0x18, Buffer.from(`${new Date(milliseconds).toISOString().slice(0, 19).replaceAll(/[-:T]/g, "")}Z`));

/**
 * Makes a certificate that a key signs for itself (RFC 5280, without extensions), in PEM.
 * @param serial up to 15 bytes
 */
export function selfSigned(
  key: KeyObject,
  { name, from, until, serial }: { name: string; from: number; until: number; serial: Uint8Array },
): string {
  const publicKey = createPublicKey(key).export({ type: "spki", format: "der" });
  const number = der(0x02, Buffer.from([1]), serial);
  const validity = sequence(timeOf(from), timeOf(until));
  const contents = sequence(number, algorithm, nameOf(name), validity, nameOf(name), publicKey);
  const signature = createSign("RSA-SHA256").update(contents).sign(key);
  const lines = sequence(contents, algorithm, bits(signature))
    .toString("base64")
    .match(/.{1,64}/g)!;
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
