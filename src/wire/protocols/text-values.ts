import type { ShapeFacts } from "../constraints/shape-facts.ts";
import type { ScalarShape, TimestampFormat } from "../schema.ts";
import { isModelNumber, numberTitle, specialNumbers } from "./model-numbers.ts";
import { WrongType } from "./wrong-type.ts";

/**
 * Read and write a scalar as text: in headers, paths, queries, forms and XML. The default timestamp format depends on
 * the place.
 */
type TextReader = (text: string) => unknown;
type TextWriter = (value: unknown) => string;

const decimalNumber = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

export function textReader(shape: ScalarShape, facts: ShapeFacts, defaultFormat: TimestampFormat): TextReader {
  switch (shape.kind) {
    case "boolean":
      return (text) => {
        const lower = text.toLowerCase();
        if (lower !== "true" && lower !== "false") throw new WrongType(`'${text}' can not be converted to a Boolean`);
        return lower === "true";
      };
    case "number": {
      const title = numberTitle(facts);
      return (text) => {
        const trimmed = text.trim();
        const value = decimalNumber.test(trimmed) ? Number(trimmed) : specialNumbers.get(trimmed);
        if (value === undefined || !isModelNumber(value, facts)) {
          throw new WrongType(`'${text}' can not be converted to ${title}`);
        }
        return value;
      };
    }
    case "timestamp": {
      const format = shape.format === "default" ? defaultFormat : shape.format!;
      return (text) => readTimestamp(text, format);
    }
    case "blob":
    case "streamingBlob":
      return readBase64;
    default:
      return (text) => text;
  }
}

export function textWriter(shape: ScalarShape, defaultFormat: TimestampFormat): TextWriter {
  switch (shape.kind) {
    case "timestamp": {
      const format = shape.format === "default" ? defaultFormat : shape.format!;
      return (value) => (typeof value === "string" ? value : writeTimestamp(value as Date, format));
    }
    case "blob":
    case "streamingBlob":
      return (value) => Buffer.from(value as Uint8Array).toString("base64");
    default:
      return String;
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Decodes the text of a whole body. */
export function decodeUtf8(body: Uint8Array): string {
  try {
    return decoder.decode(body);
  } catch {
    throw new WrongType("it is not UTF-8");
  }
}

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

export function readBase64(text: string): Uint8Array {
  if (!base64.test(text)) throw new WrongType("The value is not base64");
  return Buffer.from(text, "base64");
}

const dateTime = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?$/;
const dateOnly = /^\d{4}-\d\d-\d\d$/;

/** Reads a date-time where an epoch is expected, and the other way round, because clients differ in what they send. */
export function readTimestamp(text: string, format: TimestampFormat): Date {
  const trimmed = text.trim();
  let milliseconds = Number.NaN;
  if (decimalNumber.test(trimmed)) milliseconds = Math.round(Number(trimmed) * 1000);
  else if (dateTime.test(trimmed))
    milliseconds = Date.parse(/([zZ]|[+-]\d\d:?\d\d)$/.test(trimmed) ? trimmed : `${trimmed}Z`);
  else if (dateOnly.test(trimmed) || format === "http-date") milliseconds = Date.parse(trimmed);
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) throw new WrongType(`'${text}' can not be converted to a Timestamp`);
  return date;
}

function writeTimestamp(date: Date, format: TimestampFormat): string {
  if (format === "http-date") return date.toUTCString();
  if (format === "epoch-seconds") return String(date.getTime() / 1000);
  return date.toISOString();
}
