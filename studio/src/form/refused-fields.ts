import type { FactFinder } from "../../../src/wire/constraints/shape-facts.ts";
import type { Shape, StructureShape } from "../../../src/wire/schema.ts";
import { isDenied } from "../api/is-denied.ts";
import { byField, fieldOf, type Problems } from "./form-state.ts";

/** A name that is taken, in the codes and words of the services. */
const taken = /AlreadyExists|AlreadyOwned|ResourceInUse|already (exist|created)/;

/** What of a form a refusal may concern. */
export interface Sent {
  readonly shape: StructureShape;
  readonly facts: FactFinder;
  readonly input: object;
  /** The paths of the fields. */
  readonly fields: readonly string[];
  /** The one that names what the form makes. */
  readonly nameField?: string;
}

/** Reads a refusal of the server: what it says of which field; what concerns none stands under "". */
export function refusedFields({ name, message }: Pick<Error, "name" | "message">, sent: Sent): Problems {
  const { shape, fields, nameField } = sent;
  const named = [...message.matchAll(/ at '([^']+)' failed to satisfy constraint: ([^;]+)/g)];
  const violations = named.map(([, path, constraint]) => ({ path: path!, constraint: constraint! }));
  if (violations.length > 0) return byField(shape, violations);
  const at = (field: string) => new Map([[field, message]]);
  // Its words name the caller, the operation and the thing, and no field.
  if (isDenied({ name, message })) return at("");
  if (nameField && (taken.test(name) || taken.test(message))) return at(nameField);
  const policy = name.includes("MalformedPolicy") && fields.find((path) => path.endsWith("PolicyDocument"));
  return at(policy || memberIn(message, shape, fields) || valueIn(message, sent) || "");
}

/** The field of a member that a message names as the API does: "RoleArn ...", "'TrainingImage'", "outputLocation is". */
function memberIn(message: string, shape: StructureShape, fields: readonly string[]): string | undefined {
  for (const [word] of message.matchAll(/^[A-Z]\w*|\b[A-Za-z][a-z\d]*[A-Z\d][A-Za-z\d.]*\b/g)) {
    const below = `.${word.toLowerCase()}`;
    const field = fieldOf(shape, word) || fields.find((path) => path.toLowerCase().endsWith(below));
    if (field) return field;
  }
  return undefined;
}

/** The field whose text a message speaks of first: 'Could not find model "arn:...:model/a"', where "a" was given. */
function valueIn(message: string, { shape, facts, input, nameField }: Sent): string | undefined {
  let found: { readonly path: string; readonly from: number; readonly length: number } | undefined;
  for (const [path, text] of textsIn(shape, input, facts, "", false)) {
    const from = path === nameField ? -1 : placeOfText(message, text);
    if (from < 0 || (found && (from > found.from || (from === found.from && text.length <= found.length)))) continue;
    found = { path, from, length: text.length };
  }
  return found?.path;
}

/** The least length of a text that is no accident where it stands without quotes. */
const leastLength = 4;

function placeOfText(message: string, text: string): number {
  const quoted = ['"', "'"].map((quote) => message.indexOf(quote + text + quote) + 1).filter((from) => from > 0);
  if (quoted.length > 0) return Math.min(...quoted);
  if (text.length < leastLength) return -1;
  for (let from = message.indexOf(text); from >= 0; from = message.indexOf(text, from + 1))
    if (!/[\w-]/.test(message[from - 1] ?? "") && !/[\w-]/.test(message[from + text.length] ?? "")) return from;
  return -1;
}

/** The texts of an input by the paths of their fields, but for those that are chosen from a list. */
function* textsIn(
  shape: Shape,
  value: unknown,
  facts: FactFinder,
  path: string,
  isChosen: boolean,
): Generator<readonly [path: string, text: string]> {
  const below = (step: string | number) => (path === "" ? String(step) : `${path}.${step}`);
  if (typeof value === "string" && value !== "" && !isChosen) yield [path, value];
  else if (shape.kind === "structure" && typeof value === "object")
    for (const { name, shape: inner } of shape.members) {
      const { values } = facts.ofMember(shape.name, name);
      yield* textsIn(inner, (value as Record<string, unknown>)[name], facts, below(name), values !== undefined);
    }
  else if (shape.kind === "list" && Array.isArray(value))
    // A list of texts is one field.
    for (const [index, one] of value.entries())
      yield* textsIn(shape.element.shape, one, facts, typeof one === "string" ? path : below(index), isChosen);
}
