import {
  type FactFinder,
  type MemberFacts,
  noFacts,
  type ShapeFacts,
} from "../../../src/wire/constraints/shape-facts.ts";

/** What the schemas lack of the operations that forms call, one generated file a service. */
export interface FormFacts {
  readonly shapes: Readonly<Record<string, ShapeFacts>>;
  readonly structures: Readonly<Record<string, MemberFacts>>;
}

const files = import.meta.glob<{ facts: FormFacts }>("./facts/*.gen.ts");

/** Finds the facts of a service, from its file. */
export async function loadFacts(service: string): Promise<FactFinder> {
  const load = files[`./facts/${service}.gen.ts`];
  if (!load) return noFacts;
  const { facts } = await load();
  const named = (shape: string | undefined): ShapeFacts => (shape && facts.shapes[shape]) || {};
  return { named, ofMember: (structure, member) => named(facts.structures[structure]?.[member]) };
}
