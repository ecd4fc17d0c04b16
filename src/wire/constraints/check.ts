import { Fault } from "../../aws/faults.ts";
import { pathName } from "../protocols/wrong-type.ts";
import type { ListShape, MapShape, ScalarShape, Shape, Slot, StructureShape } from "../schema.ts";
import { lengthRules, type Rule, scalarRules } from "./rules.ts";
import type { FactFinder, ShapeFacts } from "./shape-facts.ts";
import { shownValue } from "./shown-value.ts";

/** Checks a typed input; compiled once per operation. */
type ConstraintCheck = (input: Record<string, unknown>) => void;

export interface Violation {
  /** The path as AWS writes it: "productionVariants.1.member.modelName". */
  path: string;
  readonly value: string;
  readonly constraint: string;
}
type Check = (value: unknown, violations: Violation[]) => void;

/** The most violations reported: a hostile input may break a rule a million times. */
const mostViolations = 100;

function add(violations: Violation[], violation: Violation): void {
  if (violations.length < mostViolations) violations.push(violation);
}

/**
 * Compiles the required members, lengths, ranges, patterns and enums of an operation's input.
 * @param code the fault's code, by service: "ValidationException"
 * @param documentFault makes the refusal when the rule is broken in the member that is the document of the body
 */
export function compileConstraints(
  input: StructureShape,
  facts: FactFinder,
  code: string,
  documentFault?: (detail: string) => Fault,
): ConstraintCheck {
  const check = createCheckCompiler(facts)(input, {}, false);
  const document = documentFault && input.members.find(({ traits }) => traits.httpPayload !== undefined);
  const inDocument = ({ path }: Violation) => document && `${path}.`.startsWith(`${pathName(document.name)}.`);
  return (value) => {
    const violations: Violation[] = [];
    check?.(value, violations);
    if (violations.length === 0) return;
    const text = violationText(violations);
    // The fault of a document has a text of its own before it.
    if (violations.some(inDocument)) throw documentFault!(text);
    const { length } = violations;
    throw new Fault(code, `${length} validation error${length === 1 ? "" : "s"} detected: ${text}`);
  };
}

/** Compiles the same checks for a form, which shows each violation at its field. */
export function violationFinder(input: StructureShape, facts: FactFinder): (value: object) => readonly Violation[] {
  const check = createCheckCompiler(facts)(input, {}, false);
  return (value) => {
    const violations: Violation[] = [];
    check?.(value, violations);
    return violations;
  };
}

function violationText(violations: readonly Violation[]): string {
  return violations
    .map(({ path, value, constraint }) => `Value${value} at '${path}' failed to satisfy constraint: ${constraint}`)
    .join("; ");
}

/** Returns `undefined` for a shape with nothing to check, so that whole branches of a document cost nothing. */
function createCheckCompiler(facts: FactFinder) {
  const structures = new Map<StructureShape, Check>();

  function compile(shape: Shape, own: ShapeFacts, sensitive: boolean): Check | undefined {
    switch (shape.kind) {
      case "structure":
        return structureCheck(shape);
      case "list":
        return listCheck(shape, own, sensitive);
      case "map":
        return mapCheck(shape, own, sensitive);
      default: {
        const rules = scalarRules(shape, own);
        if (rules.length === 0) return undefined;
        return (value, violations) => void breakRules(rules, value, violations, sensitive);
      }
    }
  }

  function structureCheck(shape: StructureShape): Check {
    const known = structures.get(shape);
    if (known) return known;
    const members: { name: string; path: string; required: boolean; check: Check | undefined }[] = [];
    const check: Check = (value, violations) => {
      const structure = value as Record<string, unknown>;
      for (const member of members) {
        const given = structure[member.name];
        if (given === undefined || given === null) {
          if (member.required)
            add(violations, { path: member.path, value: " null", constraint: "Member must not be null" });
        } else if (member.check) {
          checkWithin(member.path, member.check, given, violations);
        }
      }
    };
    structures.set(shape, check);
    for (const member of shape.members) {
      const memberCheck = compile(member.shape, facts.ofMember(shape.name, member.name), isSensitive(member));
      if (member.required || memberCheck) {
        members.push({ name: member.name, path: pathName(member.name), required: member.required, check: memberCheck });
      }
    }
    return check;
  }

  function listCheck(shape: ListShape, own: ShapeFacts, sensitive: boolean): Check {
    const rules = lengthRules(own, (value) => (value as unknown[]).length);
    const inside = insideCheck(shape.element, own.element, "Member", sensitive);
    return (value, violations) => {
      if (breakRules(rules, value, violations, sensitive)) return;
      inside(value as unknown[], value, (index) => String(index + 1), violations);
    };
  }

  function mapCheck(shape: MapShape, own: ShapeFacts, sensitive: boolean): Check {
    const rules = lengthRules(own, (value) => Object.keys(value as object).length);
    const insideKeys = insideCheck(shape.key, own.key, "Map keys", sensitive);
    const insideValues = insideCheck(shape.value, own.value, "Map value", sensitive);
    return (value, violations) => {
      if (breakRules(rules, value, violations, sensitive)) return;
      const keys = Object.keys(value as object);
      insideKeys(keys, value, (index) => keys[index]!, violations);
      insideValues(Object.values(value as object), value, (index) => keys[index]!, violations);
    };
  }

  /**
   * Reports a scalar inside a list or map at the path of its collection, with all of its rules; reports any other value
   * at its own path.
   */
  function insideCheck(slot: Slot, factName: string | undefined, title: string, sensitiveAbove: boolean) {
    const own = facts.named(factName);
    const sensitive = sensitiveAbove || isSensitive(slot);
    const kind = slot.shape.kind;
    const rules =
      kind === "structure" || kind === "list" || kind === "map" ? [] : scalarRules(slot.shape as ScalarShape, own);
    const check = rules.length > 0 ? undefined : compile(slot.shape, own, sensitive);
    const constraint = `${title} must satisfy constraint: [${rules.map((rule) => rule.text).join(", ")}]`;
    return (
      values: readonly unknown[],
      collection: unknown,
      step: (index: number) => string,
      violations: Violation[],
    ) => {
      let broken = false;
      for (let index = 0; index < values.length; index++) {
        const value = values[index];
        if (value === null || value === undefined) {
          add(violations, { path: `${step(index)}.member`, value: " null", constraint: "Member must not be null" });
        } else if (check) {
          checkWithin(`${step(index)}.member`, check, value, violations);
        } else if (!broken && !rules.every((rule) => rule.holds(value))) {
          broken = true;
          add(violations, { path: "", value: shownValue(collection, sensitive), constraint });
        }
      }
    };
  }

  return compile;
}

function checkWithin(step: string, check: Check, value: unknown, violations: Violation[]): void {
  const before = violations.length;
  check(value, violations);
  for (let index = before; index < violations.length; index++) {
    const violation = violations[index]!;
    violation.path = violation.path === "" ? step : `${step}.${violation.path}`;
  }
}

/** Adds a violation for each broken rule; returns whether there was one. */
function breakRules(rules: readonly Rule[], value: unknown, violations: Violation[], sensitive: boolean): boolean {
  let isBroken = false;
  for (const { holds, text } of rules) {
    if (holds(value)) continue;
    isBroken = true;
    add(violations, { path: "", value: shownValue(value, sensitive), constraint: text });
  }
  return isBroken;
}

const isSensitive = (slot: Slot) => slot.traits.sensitive !== undefined;
