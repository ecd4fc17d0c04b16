import { readDecimal } from "./decimal-text.ts";
import { javaDouble } from "./double-text.ts";
import { JsonScanner, NotJson, quoteJson } from "./json-scanner.ts";

/** What a path leads to. Whole numbers have the type that is as wide as they need, others in JSON are doubles. */
export type Item =
  | { readonly kind: "null" }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "string"; readonly value: string }
  | NumberItem
  | { readonly kind: "array"; readonly items: readonly Item[] }
  | { readonly kind: "object"; readonly members: ReadonlyMap<string, Item> };

export type NumberItem =
  | { readonly kind: "number"; readonly type: "integer" | "bigint"; readonly value: bigint }
  | { readonly kind: "number"; readonly type: "double"; readonly value: number }
  | { readonly kind: "number"; readonly type: "decimal"; readonly digits: bigint; readonly scale: number }
  /** Wider than a bigint: it can be shown, and nothing else. */
  | { readonly kind: "number"; readonly type: "huge"; readonly text: string };

export function wholeItem(value: bigint): NumberItem {
  if (BigInt.asIntN(32, value) === value) return { kind: "number", type: "integer", value };
  if (BigInt.asIntN(64, value) === value) return { kind: "number", type: "bigint", value };
  return { kind: "number", type: "huge", text: String(value) };
}

export function decimalItem(text: string): NumberItem {
  const { digits, negative, scale } = readDecimal(text)!;
  return { kind: "number", type: "decimal", digits: negative ? -digits : digits, scale };
}

/** @throws NotJson */
export function readItem(json: string): Item {
  const scanner = new JsonScanner(json);
  const item = itemOf(scanner);
  scanner.end();
  return item;
}

function itemOf(scanner: JsonScanner): Item {
  switch (scanner.next) {
    case "":
      throw new NotJson();
    case "{": {
      const members = new Map<string, Item>();
      scanner.object((key) => {
        members.set(key, itemOf(scanner));
        return true;
      });
      return { kind: "object", members };
    }
    case "[": {
      const items: Item[] = [];
      scanner.list(() => {
        items.push(itemOf(scanner));
        return true;
      });
      return { kind: "array", items };
    }
    case '"':
      return { kind: "string", value: scanner.string() };
    default: {
      const { kind, text } = scanner.scalar();
      if (kind === "null") return { kind };
      if (kind === "integer") return wholeItem(BigInt(text));
      return kind === "double"
        ? { kind: "number", type: "double", value: Number(text) }
        : { kind: "boolean", value: kind === "true" };
    }
  }
}

export function numberText(item: NumberItem): string {
  switch (item.type) {
    case "double":
      return javaDouble(item.value);
    case "huge":
      return item.text;
    case "decimal": {
      const { digits, scale } = item;
      const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, "0");
      const shown = scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`;
      return digits < 0n ? `-${shown}` : shown;
    }
    default:
      return String(item.value);
  }
}

/** The JSON of an item, without blanks. */
export function itemText(item: Item): string {
  switch (item.kind) {
    case "null":
      return "null";
    case "boolean":
      return String(item.value);
    case "string":
      return quoteJson(item.value);
    case "number":
      return item.type === "double" && !Number.isFinite(item.value) ? `"${numberText(item)}"` : numberText(item);
    case "array":
      return `[${item.items.map(itemText).join(",")}]`;
    case "object":
      return `{${[...item.members].map(([key, value]) => `${quoteJson(key)}:${itemText(value)}`).join(",")}}`;
  }
}

/** Reads the value that a statement passes to a path: a letter for what it is, then its text. */
export function readPassed(text: string | null): Item {
  if (text === null) return { kind: "null" };
  const value = text.slice(1);
  switch (text[0]) {
    case "i":
      return wholeItem(BigInt(value));
    case "d":
      return decimalItem(value);
    case "f":
      return { kind: "number", type: "double", value: Number(value) };
    case "b":
      return { kind: "boolean", value: value === "true" };
    case "j":
      return readItem(value);
    default:
      return { kind: "string", value };
  }
}
