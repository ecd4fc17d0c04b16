import { createHash } from "node:crypto";
import { Fault } from "../../../aws/faults.ts";

/** An attribute of a message as the API has it. */
export interface AttributeValue {
  readonly DataType?: string | undefined;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: Uint8Array | undefined;
  readonly StringListValues?: readonly string[] | undefined;
  readonly BinaryListValues?: readonly Uint8Array[] | undefined;
}

/** One as it is kept; `b`: the value is in base64. */
export interface KeptAttribute {
  readonly t: string;
  readonly v: string;
  readonly b?: true;
}
export type KeptAttributes = Readonly<Record<string, KeptAttribute>>;

const invalid = (words: string) => new Fault("InvalidParameterValue", words);
const mostAttributes = 10;
/** The characters that XML has, which bodies and texts of attributes may hold. */
const allowed = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;

export const isAllowedText = (text: string): boolean => allowed.test(text);

/** @throws Fault InvalidParameterValue for an attribute that is none */
export function keepAttributes(attributes: Readonly<Record<string, AttributeValue | undefined>> = {}): KeptAttributes {
  const kept: Record<string, KeptAttribute> = {};
  const names = Object.keys(attributes);
  if (names.length > mostAttributes)
    throw invalid(`Number of message attributes [${names.length}] exceeds the allowed maximum [${mostAttributes}].`);
  for (const [name, value] of Object.entries(attributes)) {
    checkName(name);
    kept[name] = keepValue(name, value ?? {});
  }
  return kept;
}

function checkName(name: string): void {
  if (!/^[A-Za-z0-9_\-.]{1,256}$/.test(name))
    throw invalid(
      `The message attribute name '${name}' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters.`,
    );
  if (name.startsWith(".") || name.endsWith(".") || name.includes(".."))
    throw invalid(
      `The message attribute name '${name}' is invalid: it cannot start or end with a period, nor have two in succession.`,
    );
  if (/^(aws|amazon)\./i.test(name))
    throw invalid(
      `The message attribute name '${name}' is invalid: names that begin with AWS. or Amazon. are reserved.`,
    );
}

function keepValue(name: string, value: AttributeValue): KeptAttribute {
  const { DataType: type, StringValue: text, BinaryValue: bytes } = value;
  if (!type) throw invalid(`The message attribute '${name}' must contain a non-empty message attribute type.`);
  const [, base] = /^(String|Number|Binary)(\..*)?$/s.exec(type) ?? [];
  if (!base || type.length > 256)
    throw invalid(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  if (value.StringListValues || value.BinaryListValues)
    throw new Fault(
      "UnsupportedOperation",
      `Message attribute list values in SendMessage operation are not supported: '${name}' has one.`,
    );
  if (base === "Binary") {
    if (!bytes?.length || text !== undefined)
      throw invalid(
        `The message attribute '${name}' must contain a non-empty message attribute value for message attribute type 'Binary'.`,
      );
    return { t: type, v: Buffer.from(bytes).toString("base64"), b: true };
  }
  if (!text || bytes !== undefined)
    throw invalid(
      `The message attribute '${name}' must contain a non-empty message attribute value for message attribute type '${base}'.`,
    );
  if (!isAllowedText(text))
    throw invalid(
      `Invalid characters found in the message attribute '${name}'. Valid unicode characters are #x9 | #xA | #xD | [#x20 to #xD7FF] | [#xE000 to #xFFFD] | [#x10000 to #x10FFFF].`,
    );
  if (base === "Number" && !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text.trim()))
    throw invalid(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  return { t: type, v: text };
}

export const showAttribute = ({ t, v, b }: KeptAttribute) =>
  b ? { DataType: t, BinaryValue: new Uint8Array(Buffer.from(v, "base64")) } : { DataType: t, StringValue: v };

/** The MD5 of attributes as SQS counts it; undefined for none. Names are in the order of their characters. */
export function attributesMd5(kept: KeptAttributes): string | undefined {
  const names = Object.keys(kept).sort();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  const add = (bytes: Uint8Array) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { t, v, b } = kept[name]!;
    add(Buffer.from(name));
    add(Buffer.from(t));
    hash.update(Buffer.from([b ? 2 : 1]));
    add(Buffer.from(v, b ? "base64" : "utf8"));
  }
  return hash.digest("hex");
}

/** Those that a request asks for: by name, by a beginning that ends with `.*`, or all. */
export function chosenAttributes(kept: KeptAttributes, asked: readonly string[]): KeptAttributes {
  if (asked.includes("All") || asked.includes(".*")) return kept;
  const isAsked = (name: string) =>
    asked.some((pattern) => (pattern.endsWith(".*") ? name.startsWith(pattern.slice(0, -2)) : name === pattern));
  return Object.fromEntries(Object.entries(kept).filter(([name]) => isAsked(name)));
}
