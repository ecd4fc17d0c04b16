import { type Violation, violationFinder } from "../../../src/wire/constraints/check.ts";
import type { FactFinder } from "../../../src/wire/constraints/shape-facts.ts";
import type { Member, Shape, StructureShape } from "../../../src/wire/schema.ts";
import type { FormField } from "../declare/form-group.ts";
import { valueAt } from "../declare/path.ts";

/** What is wrong, by the path of its field. */
export type Problems = ReadonlyMap<string, string>;

/** Returns the problems of an input, found by the same check as the server's. */
export function problemFinder(input: StructureShape, facts: FactFinder): (value: object) => Problems {
  const find = violationFinder(input, facts);
  return (value) => byField(input, find(value));
}

/** What is wrong by the declaration of a form's fields, and of those in the entries of its lists. */
export function declaredProblems(fields: readonly (string | FormField)[], input: object, above = ""): Problems {
  const problems = new Map<string, string>();
  for (const field of fields) {
    if (typeof field === "string") continue;
    const value = valueAt(input, field.member);
    const problem = field.required && value === undefined ? "This is required." : field.check?.(input);
    if (problem) problems.set(above + field.member, problem);
    if (!field.fields || !Array.isArray(value)) continue;
    for (const [index, entry] of value.entries())
      for (const [path, words] of declaredProblems(field.fields, entry, `${above}${field.member}.${index}.`))
        problems.set(path, words);
  }
  return problems;
}

export const byField = (
  input: StructureShape,
  violations: readonly Pick<Violation, "path" | "constraint">[],
): Problems => {
  const problems = new Map<string, string>();
  for (const { path, constraint } of violations) {
    const field = fieldOf(input, path);
    if (!problems.has(field)) problems.set(field, inWords(constraint));
  }
  return problems;
};

/** AWS's path in a message as the path of a member: "inputDataConfig.1.member.channelName" -> "InputDataConfig.0.ChannelName". */
export function fieldOf(input: StructureShape, path: string): string {
  const steps: string[] = [];
  let shape: Shape = input;
  for (const step of path.split(".")) {
    if (step === "member") continue;
    if (shape.kind === "structure") {
      const member: Member | undefined = shape.members.find(({ name }) => name.toLowerCase() === step.toLowerCase());
      if (!member) break;
      steps.push(member.name);
      shape = member.shape;
    } else if (shape.kind === "list") {
      steps.push(String(Number(step) - 1));
      shape = shape.element.shape;
    } else if (shape.kind === "map") {
      steps.push(step);
      shape = shape.value.shape;
    }
  }
  return steps.join(".");
}

/** AWS's words for a broken rule, and what a person is told. */
const sentences: readonly [RegExp, (...found: string[]) => string][] = [
  [/^Member must not be null/, () => "This is required."],
  [/length less than or equal to (\d+)/, (most) => `At most ${most} characters or entries.`],
  [/length greater than or equal to (\d+)/, (least) => `At least ${least} characters or entries.`],
  [/value less than or equal to ([-\d.e]+)/, (most) => `At most ${most}.`],
  [/value greater than or equal to ([-\d.e]+)/, (least) => `At least ${least}.`],
  [/enum value set: \[(.*?)\]/, (values) => `One of ${values}.`],
  [/regular expression pattern: \[?a-zA-Z0-9\]/, () => "Letters, digits and hyphens; the first is a letter or digit."],
  [/regular expression pattern: (.*?)\]?$/, (pattern) => `It has to match ${pattern}`],
];

function inWords(constraint: string): string {
  for (const [pattern, sentence] of sentences) {
    const found = pattern.exec(constraint);
    if (found) return sentence(...found.slice(1).map(String));
  }
  return constraint;
}

/** The paths of fields when an entry of a list is gone: what follows it moves up. */
export function withoutEntry(paths: Iterable<string>, list: string, index: number): Set<string> {
  const left = new Set<string>();
  for (const path of paths) {
    const [step = "", ...rest] = path.startsWith(`${list}.`) ? path.slice(list.length + 1).split(".") : [];
    if (step === String(index)) continue;
    left.add(Number(step) > index ? [list, Number(step) - 1, ...rest].join(".") : path);
  }
  return left;
}
