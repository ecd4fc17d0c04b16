import type { StructureShape } from "../../../src/wire/schema.ts";

/** What an address gives a form, and what of it has no place there, in words. */
export interface GivenByAddress {
  readonly draft: object;
  readonly left: readonly string[];
}

/** Reads the members of an operation's input that an address gives: texts, numbers and times, which are checked as what is typed. */
export function fromAddress(
  input: StructureShape,
  operation: string,
  search: Iterable<[string, string]>,
): GivenByAddress {
  const draft: Record<string, unknown> = {};
  const left: string[] = [];
  for (const [name, text] of search) {
    const kind = input.members.find((member) => member.name === name)?.shape.kind;
    if (kind === "string" || kind === "number" || kind === "timestamp") draft[name] = text;
    else if (kind === "boolean" && /^(true|false)$/.test(text)) draft[name] = text === "true";
    else if (kind === "boolean") left.push(`${name} is "true" or "false", not "${text}".`);
    else if (kind === undefined) left.push(`${operation} has no ${name}.`);
    else left.push(`${name} has several fields, which are filled in below.`);
  }
  return { draft, left };
}
