import { validationFault } from "../../../aws/faults.ts";
import { readStructure, type Shape, type StructureShape } from "../../../wire/schema.ts";

/** How the values of a property are compared. */
export type PropertyType = "text" | "number" | "time" | "truth" | "structure" | "text or number";

/** The properties of what Search returns for a resource, as the model of the AWS client has them. */
export interface SearchedProperties {
  /** The member of a search result that holds the resource. */
  readonly member: string;
  readonly shape: StructureShape;
  /** The names that are known before there is a resource, in the order of the model. */
  readonly names: readonly string[];
  /** The lists of structures, whose elements nested filters look at. */
  readonly lists: ReadonlySet<string>;
  /** The names before a key that users choose: "HyperParameters.". */
  readonly open: readonly string[];
  /** @throws Fault for a name that no property has */
  typeOf(name: string): PropertyType;
}

/** Members of search results that have another name than their resource. */
const members: Readonly<Record<string, string>> = {
  ExperimentTrial: "Trial",
  ExperimentTrialComponent: "TrialComponent",
};

/** Names that stand for values in a list of pairs, by the list: `Tags.team` is the value of the tag `team`. */
export const pairs: Readonly<
  Record<
    string,
    {
      readonly open: string;
      readonly key: string;
      readonly value: string;
      readonly type: PropertyType;
      /** A property that has all keys and all values. */
      readonly all?: string;
    }
  >
> = {
  Tags: { open: "Tags.", key: "Key", value: "Value", type: "text" },
  Parameters: { open: "Parameters.", key: "Key", value: "Value", type: "text", all: "AllParameters" },
  FinalMetricDataList: { open: "Metrics.", key: "MetricName", value: "Value", type: "number" },
};

/** Structures are followed so deep; one that contains itself would else have no end. */
const mostDepth = 8;

/** Reads the properties of a resource that Search knows. The AWS client is loaded by then: it answers the request. */
export async function searchedProperties(resource: string): Promise<SearchedProperties> {
  const { SearchRecord$ } = await import("@aws-sdk/client-sagemaker");
  const member = members[resource] ?? resource;
  const { shape } = readStructure(SearchRecord$).members.find(({ name }) => name === member)!;
  const types = new Map<string, PropertyType>();
  const lists = new Set<string>();
  const open = new Map<string, PropertyType>();

  const add = (path: string, shape: Shape, depth: number): void => {
    if (shape.kind === "list") {
      if (shape.element.shape.kind === "structure") lists.add(path);
      const pair = pairs[path];
      if (pair) open.set(pair.open, pair.type);
      if (pair?.all) types.set(pair.all, "text");
      add(path, shape.element.shape, depth);
    } else if (shape.kind === "map") {
      types.set(path, "structure");
      open.set(`${path}.`, "text or number");
    } else if (shape.kind === "structure") {
      if (path) types.set(path, "structure");
      if (depth < mostDepth)
        for (const { name, shape: inner } of shape.members) add(path ? `${path}.${name}` : name, inner, depth + 1);
    } else types.set(path, scalarTypes[shape.kind] ?? "text");
  };
  add("", shape, 0);

  return {
    member,
    shape: shape as StructureShape,
    names: [...types.keys()],
    lists,
    open: [...open.keys()],
    typeOf(name) {
      const found = types.get(name) ?? [...open].find(([start]) => name.startsWith(start) && name !== start)?.[1];
      if (found) return found;
      throw validationFault(
        `Unknown property name: ${name}. The properties of ${resource} are the members of its record, such as ${[...types.keys()].slice(0, 3).join(", ")}${[...open.keys()].map((start) => `, ${start}<name>`).join("")}.`,
      );
    },
  };
}

const scalarTypes: Readonly<Partial<Record<Shape["kind"], PropertyType>>> = {
  number: "number",
  bigInteger: "number",
  bigDecimal: "number",
  timestamp: "time",
  boolean: "truth",
};
