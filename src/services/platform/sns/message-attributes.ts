import { Fault } from "../../../aws/faults.ts";
import { invalidParameter } from "./topic-kind.ts";

/** Attributes as subscribers are told of them; a binary value is in base64. */
export type KeptMessageAttributes = Readonly<Record<string, { readonly Type: string; readonly Value: string }>>;

interface Given {
  readonly DataType?: string | undefined;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: Uint8Array | undefined;
}

const refused = (words: string) => new Fault("InvalidParameterValueException", words);

/** @throws Fault ParameterValueInvalid for an attribute that is none */
export function keepMessageAttributes(given: Readonly<Record<string, Given | undefined>> = {}): KeptMessageAttributes {
  const kept: Record<string, { Type: string; Value: string }> = {};
  for (const [name, value] of Object.entries(given)) {
    const { DataType: type, StringValue: text, BinaryValue: bytes } = value ?? {};
    if (!/^[A-Za-z0-9_\-.]{1,256}$/.test(name) || /^\.|\.$|\.\./.test(name))
      throw invalidParameter(`MessageAttributes: the name ${name} may have letters, digits, _, - and single periods`);
    if (!type) throw refused(`The message attribute '${name}' must contain non-empty message attribute type.`);
    const [, base] = /^(String\.Array|String|Number|Binary)(\..*)?$/s.exec(type) ?? [];
    if (!base)
      throw refused(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    if (base === "Binary") {
      if (!bytes?.length)
        throw refused(
          `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
        );
      kept[name] = { Type: type, Value: Buffer.from(bytes).toString("base64") };
      continue;
    }
    if (!text)
      throw refused(
        `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
      );
    if (base === "Number" && !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text.trim()))
      throw refused(`Could not cast message attribute '${name}' value to number.`);
    kept[name] = { Type: type, Value: text };
  }
  return kept;
}

/** The bytes that attributes count of a message's size. */
export const messageAttributesBytes = (kept: KeptMessageAttributes): number =>
  Object.entries(kept).reduce(
    (sum, [name, { Type, Value }]) =>
      sum +
      Buffer.byteLength(name) +
      Buffer.byteLength(Type) +
      Buffer.byteLength(Value, Type.startsWith("Binary") ? "base64" : "utf8"),
    0,
  );
