import { createRandom, type Random } from "../../base/random.ts";
import type { ExampleColumn, ExampleTable } from "../../prep/define-transform.ts";
import { dates, doubles, longs, texts, timestamps } from "../../prep/example-columns.ts";
import type { Flow, FlowNode } from "../../prep/flows/flow.ts";
import { objectOf } from "../../prep/json-object.ts";

const rows = 300;

/**
 * Makes rows for a source of a flow whose data nobody has: the columns that its types step learned, else those that its other
 * steps name, with values that its analyses ask for.
 */
export function madeSource(flow: Flow, source: FlowNode): ExampleTable {
  const reader = flow.nodes.find(({ inputs }) => inputs.some(({ node }) => node === source.id))!;
  const learned = objectOf(objectOf(reader.trained).schema);
  const names = Object.keys(learned).length > 0 ? Object.keys(learned) : [...namedColumns(flow)];
  const random = createRandom(7);
  const asked = askedValues(flow);
  return Object.fromEntries(
    names.map((name) => [
      name,
      columnOf(name, String(learned[name] ?? typeByName(name)), asked.get(name) ?? [], random),
    ]),
  );
}

const typeByName = (name: string): string =>
  /date|time/i.test(name) ? "datetime" : /flag/i.test(name) ? "string" : "float";

function columnOf(name: string, type: string, asked: readonly string[], random: Random): ExampleColumn {
  const each = <Value>(of: (row: number) => Value): Value[] => Array.from({ length: rows }, (_, row) => of(row));
  const time = (row: number) => new Date(Date.UTC(2019, row % 12, 1 + (row % 28), row % 24)).toISOString();
  switch (type) {
    case "long":
      // Keys of joined tables have a partner.
      if (/id$/i.test(name)) return longs(...each((row) => row % 150));
      if (/rating/.test(name)) return longs(...each(() => 1 + random.below(5)));
      if (/year/.test(name)) return longs(...each(() => 2000 + random.below(20)));
      return longs(...each(() => random.below(/target|type/.test(name) ? 2 : 100)));
    case "float":
      return doubles(...each(() => Math.round(random.next() * 10_000) / 100));
    case "date":
    case "object":
      return dates(...each((row) => time(row).slice(0, 10)));
    case "datetime":
      return timestamps(...each((row) => time(row).slice(0, 19).replace("T", " ")));
    default: {
      const values = [...asked, "one", "two", "three"];
      return texts(...each(() => values[random.below(values.length)]!));
    }
  }
}

/** The values that bias reports ask for, by column. */
function askedValues({ nodes }: Flow): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, readonly string[]>();
  for (const { parameters } of nodes) {
    const { facet_name, facet_values } = parameters;
    if (typeof facet_name === "string" && typeof facet_values === "string" && facet_values !== "")
      values.set(facet_name, facet_values.split(";"));
  }
  return values;
}

/** The columns that steps name as they read them. */
function namedColumns({ nodes }: Flow): ReadonlySet<string> {
  const made = new Set<unknown>();
  const names = new Set<string>();
  const visit = (value: unknown, member: string): void => {
    if (Array.isArray(value)) for (const one of value) visit(one, member);
    else if (typeof value === "object" && value !== null)
      for (const [name, one] of Object.entries(value)) visit(one, name);
    else if (/output_column|new_name/.test(member)) made.add(value);
    else if (/column/.test(member) && typeof value === "string" && /^\w+$/.test(value)) names.add(value);
    else if (member === "code" && typeof value === "string")
      for (const [, name] of value.matchAll(/col\("(\w+)"\)|df\.([a-z]\w+) [<>=]/g)) if (name) names.add(name);
  };
  for (const { operator, parameters } of nodes) if (!operator.includes("_source_")) visit(parameters, "");
  return new Set([...names].filter((name) => !made.has(name) && !/^(Numeric|Along|Constant)/.test(name)));
}
