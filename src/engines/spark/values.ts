import type { ValueType } from "../port.ts";

/** Returns a value of a batch of what the application's JSON has for it. */
export function readValue(given: unknown, type: ValueType): unknown {
  if (given === null) return null;
  switch (type.kind) {
    case "bigint":
    case "timestamp":
      return BigInt(given as string);
    case "double":
    case "float":
      return Number(given);
    case "binary":
      return new Uint8Array(Buffer.from(given as string, "base64"));
    case "list":
      return (given as readonly unknown[]).map((one) => readValue(one, type.element));
    case "struct":
      return (given as readonly unknown[]).map((one, index) => readValue(one, type.fields[index]!.type));
    case "map":
      return (given as readonly (readonly [unknown, unknown])[]).map(([key, value]) => [
        readValue(key, type.key),
        readValue(value, type.value),
      ]);
    default:
      return given;
  }
}
