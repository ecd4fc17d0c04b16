import type { ScalarShape } from "../schema.ts";
import { patternCorrections } from "./corrections.ts";
import type { ShapeFacts } from "./shape-facts.ts";

/** A condition that a value must meet, with AWS's text for a value that does not. */
export interface Rule {
  readonly text: string;
  readonly holds: (value: unknown) => boolean;
}

/** Returns the rules of a scalar for length, range, pattern and enum, in the order in which AWS names them. */
export function scalarRules(shape: ScalarShape, facts: ShapeFacts): Rule[] {
  switch (shape.kind) {
    case "number": {
      const rules: Rule[] = [];
      const { minimum, maximum } = facts;
      if (maximum !== undefined) {
        rules.push({
          text: `Member must have value less than or equal to ${maximum}`,
          holds: (value) => (value as number) <= maximum,
        });
      }
      if (minimum !== undefined) {
        rules.push({
          text: `Member must have value greater than or equal to ${minimum}`,
          holds: (value) => (value as number) >= minimum,
        });
      }
      return rules;
    }
    case "blob":
      return lengthRules(facts, (value) => (value as Uint8Array).byteLength);
    case "string": {
      const rules = lengthRules(facts, (value) => characterCount(value as string, facts.maximum));
      if (facts.pattern !== undefined) {
        const expression = wholeMatch(facts.pattern);
        const longest = (facts.maximum ?? Number.POSITIVE_INFINITY) + 256;
        rules.push({
          text: `Member must satisfy regular expression pattern: ${facts.pattern}`,
          // A text longer than allowed is refused for its length, and some patterns take long on long texts.
          holds: (value) => (value as string).length > longest || expression.test(value as string),
        });
      }
      if (facts.values !== undefined) {
        const values = new Set(facts.values.split("|"));
        rules.push({
          text: `Member must satisfy enum value set: [${[...values].join(", ")}]`,
          holds: (value) => values.has(value as string),
        });
      }
      return rules;
    }
    default:
      return [];
  }
}

export function lengthRules({ minimum, maximum }: ShapeFacts, length: (value: unknown) => number): Rule[] {
  const rules: Rule[] = [];
  if (maximum !== undefined) {
    rules.push({
      text: `Member must have length less than or equal to ${maximum}`,
      holds: (value) => length(value) <= maximum,
    });
  }
  if (minimum !== undefined) {
    rules.push({
      text: `Member must have length greater than or equal to ${minimum}`,
      holds: (value) => length(value) >= minimum,
    });
  }
  return rules;
}

/** Counts characters rather than UTF-16 units; it does so only where the two counts could lead to different results. */
function characterCount(text: string, maximum: number | undefined): number {
  if (text.length < 2 || (maximum !== undefined && text.length > 2 * maximum)) return text.length;
  let surrogatePairs = 0;
  for (let index = 0; index < text.length; index++) {
    if ((text.charCodeAt(index) & 0xfc00) === 0xd800) surrogatePairs++;
  }
  return text.length - surrogatePairs;
}

/** Compiles a model's pattern, which matches the whole value and whose dot matches a newline. */
export const wholeMatch = (pattern: string): RegExp =>
  new RegExp(`^(?:${patternCorrections.get(pattern) ?? pattern})$`, "us");
