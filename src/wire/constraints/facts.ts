/** What the AWS clients' schemas do not say of a shape, by the names of the service's model. */
export interface ShapeFacts {
  /** The numbers are one code in the schemas; the model tells them apart. */
  readonly number?: "integer" | "long" | "float" | "double";
  /** Least and greatest value of a number; least and greatest length of anything else. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** As in the model; the whole value must match. */
  readonly pattern?: string;
  /** The values of an enum, in the model's order, joined by "|". */
  readonly values?: string;
  /** Names of the shapes inside a list or map, where they have facts. */
  readonly element?: string;
  readonly key?: string;
  readonly value?: string;
}

/** The facts of one wire service, for the operations that are served. */
export interface ConstraintFacts {
  readonly operations: readonly string[];
  readonly shapes: Readonly<Record<string, ShapeFacts>>;
  /** Structure -> member -> name in `shapes`. */
  readonly members: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Of a service that is not known. */
export const noFacts: ConstraintFacts = { operations: [], shapes: {}, members: {} };
const none: ShapeFacts = {};

/** Finds facts by place; absent ones are empty. */
export interface FactFinder {
  ofMember(structure: string, member: string): ShapeFacts;
  named(shape: string | undefined): ShapeFacts;
}

export function createFactFinder(facts: ConstraintFacts): FactFinder {
  const named = (shape: string | undefined) => (shape === undefined ? none : (facts.shapes[shape] ?? none));
  return { named, ofMember: (structure, member) => named(facts.members[structure]?.[member]) };
}
