import { isUtf8 } from "node:buffer";
import type { Readable } from "node:stream";
import { Fault } from "../../aws/faults.ts";
import type { FactFinder, ShapeFacts } from "../constraints/shape-facts.ts";
import { repeatedParameter } from "../repeated-parameter.ts";
import type { Member, ScalarShape, Shape, StructureShape, TimestampFormat } from "../schema.ts";
import type { BoundFaults } from "../wire-services.ts";
import type { RoutedRequest } from "./protocol.ts";
import { textReader, textWriter } from "./text-values.ts";
import { asFault, pathName, WrongType, within } from "./wrong-type.ts";

/**
 * The part of the REST protocols outside the body: members bound to path, query, headers and status. All other members
 * are in the body, unless one member is the whole body.
 */
interface InputBindings {
  /** The member that is the whole body. */
  readonly payload: Member | undefined;
  /** The members of the body when there is no payload. */
  readonly document: StructureShape;
  /** @throws Fault with the given code for a value of the wrong type */
  read(request: RoutedRequest): Record<string, unknown>;
}
export interface OutputBindings {
  readonly payload: Member | undefined;
  readonly document: StructureShape;
  /** Adds the headers of the bound members; returns the status when a member holds one. */
  write(output: Record<string, unknown>, headers: Record<string, string>): number | undefined;
}

/** @param faults how the service refuses what is bound, when it does so in words of its own */
export function bindInput(
  shape: StructureShape,
  facts: FactFinder,
  faultCode: string,
  faults?: BoundFaults,
): InputBindings {
  const bound = shape.members.flatMap((member) => {
    const read = inputReader(member, shape, facts, faults);
    return read ? [{ name: member.name, read }] : [];
  });
  const lists = new Set(
    shape.members
      .filter((member) => member.shape.kind === "list" && member.traits.httpQuery)
      .map((member) => member.traits.httpQuery as string),
  );
  return {
    ...bodyOf(shape),
    read(request) {
      const input: Record<string, unknown> = {};
      const query = new URLSearchParams(request.query);
      const repeated = request.query.includes("&") ? repeatedParameter(query, lists) : undefined;
      if (repeated !== undefined)
        throw (
          faults?.repeated(repeated, query.getAll(repeated)) ??
          new Fault(faultCode, `The parameter ${repeated} is given more than once with different values`)
        );
      for (const { name, read } of bound) {
        try {
          const value = read(request, query);
          if (value !== undefined) input[name] = value;
        } catch (error) {
          throw asFault(faultCode, within(pathName(name), error));
        }
      }
      return input;
    },
  };
}

/** Returns undefined when the request does not have the member. */
type BoundReader = (request: RoutedRequest, query: URLSearchParams) => unknown;

/** Returns undefined for a member of the body. */
function inputReader(
  member: Member,
  owner: StructureShape,
  facts: FactFinder,
  faults: BoundFaults | undefined,
): BoundReader | undefined {
  const { httpLabel, httpQuery, httpQueryParams, httpHeader, httpPrefixHeaders } = member.traits;
  if (httpLabel) {
    const read = textsReader(member, owner, facts, "date-time");
    return ({ labels }) => {
      const label = labels[member.name];
      return label === undefined ? undefined : read([decodeLabel(label)]);
    };
  }
  if (httpQuery) {
    const read = textsReader(member, owner, facts, "date-time", faults);
    return (_request, query) => {
      const given = query.getAll(httpQuery as string);
      return given.length > 0 ? read(given) : undefined;
    };
  }
  if (httpQueryParams) return (_request, query) => Object.fromEntries(query);
  if (httpHeader) {
    const name = (httpHeader as string).toLowerCase();
    const read = textsReader(member, owner, facts, "http-date", faults);
    return ({ headers }) => {
      const given = headers[name];
      if (given === undefined || given === "") return undefined;
      return read(typeof given === "string" ? [headerValue(given)] : given.map(headerValue));
    };
  }
  if (httpPrefixHeaders !== undefined) {
    const prefix = (httpPrefixHeaders as string).toLowerCase();
    return ({ headers }) => {
      const found = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
      if (found.length === 0) return undefined;
      return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), headerValue(String(value))]));
    };
  }
  return undefined;
}

/**
 * Headers are read as latin-1, a character for each byte. Bytes that are UTF-8 are meant as that, as S3 takes metadata;
 * what is signed depends on it (sigv4-forms.ts).
 */
function headerValue(text: string): string {
  if (!/[\x80-\xff]/.test(text)) return text;
  const bytes = Buffer.from(text, "latin1");
  return isUtf8(bytes) ? bytes.toString() : text;
}

/** Reads one text, or the texts of a list, which is repeated in a query and separated by commas in a header. */
function textsReader(
  member: Member,
  owner: StructureShape,
  facts: FactFinder,
  format: TimestampFormat,
  faults?: BoundFaults,
) {
  const own = facts.ofMember(owner.name, member.name);
  const wireName = (member.traits.httpHeader ?? member.traits.httpQuery) as string;
  const readerOf = (shape: ScalarShape, itsFacts: ShapeFacts) =>
    faults ? lenientReader(shape, itsFacts, format, wireName, faults) : textReader(shape, itsFacts, format);
  if (member.shape.kind !== "list") {
    const read = readerOf(member.shape as ScalarShape, own);
    return (texts: readonly string[]) => read(texts[0]!);
  }
  const read = readerOf(member.shape.element.shape as ScalarShape, facts.named(own.element));
  const isHeader = member.traits.httpHeader !== undefined;
  return (texts: readonly string[]) => {
    const parts = isHeader ? texts.flatMap((text) => text.split(",")).map((text) => text.trim()) : texts;
    const values = parts.map(read);
    return faults ? values.filter((value) => value !== undefined) : values;
  };
}

/**
 * Reads a value whatever its case, and an empty one as none; what it does not know it refuses in the service's words.
 */
function lenientReader(
  shape: ScalarShape,
  facts: ShapeFacts,
  format: TimestampFormat,
  wireName: string,
  faults: BoundFaults,
): (text: string) => unknown {
  const refuse = (text: string): undefined => {
    const fault = faults.value(wireName, text);
    if (fault) throw fault;
  };
  if (shape.kind === "string" && facts.values === undefined) return (text) => text;
  if (faults.timesAsText.has(wireName)) return (text) => text.trim() || undefined;
  if (shape.kind === "string") {
    const values = new Map(facts.values!.split("|").map((value) => [value.toLowerCase(), value]));
    return (text) => (text.trim() === "" ? undefined : (values.get(text.trim().toLowerCase()) ?? refuse(text)));
  }
  const read = textReader(shape, facts, format);
  return (text) => {
    if (text.trim() === "") return undefined;
    try {
      return read(text.trim());
    } catch (error) {
      if (!(error instanceof WrongType)) throw error;
      return refuse(text);
    }
  };
}

function decodeLabel(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    throw new Fault("InvalidURI", "Couldn't parse the specified URI.");
  }
}

export function bindOutput(shape: StructureShape): OutputBindings {
  const writers = shape.members.flatMap((member) => headerWriter(member) ?? []);
  const statusMember = shape.members.find((member) => member.traits.httpResponseCode);
  return {
    ...bodyOf(shape),
    write(output, headers) {
      for (const { name, write } of writers) {
        const value = output[name];
        if (value !== undefined && value !== null) write(value, headers);
      }
      return statusMember && (output[statusMember.name] as number | undefined);
    },
  };
}

interface HeaderWriter {
  readonly name: string;
  readonly write: (value: unknown, headers: Record<string, string>) => void;
}

function headerWriter(member: Member): HeaderWriter | undefined {
  const { httpHeader, httpPrefixHeaders } = member.traits;
  if (httpHeader) {
    const header = httpHeader as string;
    const write = headerText(member.shape);
    return {
      name: member.name,
      write(value, headers) {
        headers[header] = latinHeader(write(value));
      },
    };
  }
  if (httpPrefixHeaders === undefined) return undefined;
  return {
    name: member.name,
    write(value, headers) {
      for (const [name, text] of Object.entries(value as Record<string, string>)) {
        headers[`${httpPrefixHeaders}${name}`] = encodeHeader(text);
      }
    },
  };
}

function headerText(shape: Shape): (value: unknown) => string {
  if (shape.kind !== "list") return textWriter(shape as ScalarShape, "http-date");
  const write = textWriter(shape.element.shape as ScalarShape, "http-date");
  return (value) => (value as unknown[]).map(write).join(",");
}

/** A header value is one line of latin-1. */
const latinHeader = (text: string): string => (/^[\t\x20-\x7e\xa0-\xff]*$/.test(text) ? text : encodeHeader(text));

/** S3 writes metadata in ASCII, and any other text as in RFC 2047. */
function encodeHeader(text: string): string {
  return /^[\t\x20-\x7e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;
}

const boundTraits = [
  "httpLabel",
  "httpQuery",
  "httpQueryParams",
  "httpHeader",
  "httpPrefixHeaders",
  "httpResponseCode",
];

/** Whether a member is outside the body. */
export const isBound = (member: Member): boolean => boundTraits.some((trait) => member.traits[trait] !== undefined);

function bodyOf(shape: StructureShape): { payload: Member | undefined; document: StructureShape } {
  const payload = shape.members.find((member) => member.traits.httpPayload);
  const members = payload ? [] : shape.members.filter((member) => !isBound(member));
  return { payload, document: { ...shape, members } };
}

/** Whether a payload is passed on as a stream. */
export const isStreaming = (payload: Member | undefined): boolean => payload?.shape.kind === "streamingBlob";

/**
 * Returns the reader of a payload that is not a document: a blob or stream as it is, a text as UTF-8. Returns undefined
 * for a document.
 */
export function rawReader(payload: Member | undefined): ((body: Uint8Array | Readable) => unknown) | undefined {
  switch (payload?.shape.kind) {
    case "string":
      return (body) => Buffer.from(body as Uint8Array).toString("utf8");
    case "blob":
    case "streamingBlob":
      return (body) => body;
    default:
      return undefined;
  }
}

/** Returns the value of a blob or text payload, which is written as it is. */
export const asBody = (value: unknown): string | Uint8Array | Readable | undefined =>
  (value ?? undefined) as string | Uint8Array | Readable | undefined;
