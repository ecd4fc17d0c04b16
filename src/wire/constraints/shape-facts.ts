/** What the AWS client's schema does not say of a shape, under the name that the service's model gives the shape. */
export interface ShapeFacts {
  /** The kind of number; the schemas have one code for all kinds. */
  readonly number?: "integer" | "long" | "float" | "double";
  /** The smallest and largest value of a number; the smallest and largest length of anything else. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** The model's pattern, which the whole value must match. */
  readonly pattern?: string;
  /** The values of an enum in the model's order, joined by "|". */
  readonly values?: string;
  /** The names of the shapes inside a list or map, when these have facts. */
  readonly element?: string;
  readonly key?: string;
  readonly value?: string;
}

/** The names of the shapes of a structure's members, when these have facts. */
export type MemberFacts = Readonly<Record<string, string>>;

/** The facts of a service's whole model: of everything that the inputs of its operations can hold. */
export interface ModelFacts {
  /** The protocols that the service speaks, as botocore names them. */
  readonly protocols: readonly string[];
  readonly operations: readonly string[];
  readonly shapes: Readonly<Record<string, ShapeFacts>>;
  readonly structures: Readonly<Record<string, MemberFacts>>;
}

/** Finds the facts of a place; absent facts are empty. */
export interface FactFinder {
  ofMember(structure: string, member: string): ShapeFacts;
  named(shape: string | undefined): ShapeFacts;
}

const none: ShapeFacts = {};

/** Finds nothing, for requests to an unknown service. */
export const noFacts: FactFinder = { named: () => none, ofMember: () => none };
