import { join } from "node:path";
import type { OperationsUnit, WireServiceId } from "../../src/frame/define-operations.ts";
import type { Generator } from "./generators.ts";
import { banner, type Found, findUnits } from "./units.ts";

/** The units of every wire service, by its id. */
export async function servedUnits(root: string): Promise<Map<WireServiceId, Found<OperationsUnit>[]>> {
  const units = await findUnits<OperationsUnit>(join(root, "src", "services"), "operations");
  return Map.groupBy(units, ({ unit }) => unit.service);
}

/** The operations of those units, sorted. One that two units answer is an error. */
export function operationsOf(units: readonly Found<OperationsUnit>[]): string[] {
  const owners = new Map<string, string>();
  for (const { unit, file } of units) {
    for (const operation of Object.keys(unit.operations)) {
      const other = owners.get(operation);
      if (other !== undefined) throw new Error(`${operation} is answered in ${other} and in ${file}.`);
      owners.set(operation, file);
    }
  }
  return [...owners.keys()].sort();
}

/** src/services/services.gen.ts: which operations each wire service answers, and the files to load at its first call. */
export const generateServices: Generator = async (root) => {
  let text = `${banner}import type { OperationsUnit, WireServiceId } from "../frame/define-operations.ts";

export interface ServedOperations {
  readonly operations: readonly string[];
  load(): Promise<OperationsUnit>[];
}

export const services: Readonly<Partial<Record<WireServiceId, ServedOperations>>> = {
`;
  for (const [service, units] of [...(await servedUnits(root))].sort()) {
    const operations = operationsOf(units).map((operation) => `\n      "${operation}",`);
    const imports = units.map(({ file, name }) => `\n      import("./${file}").then((file) => file.${name}),`);
    text += `  "${service}": {
    operations: [${operations.join("")}
    ],
    load: () => [${imports.join("")}
    ],
  },
`;
  }
  return new Map([["src/services/services.gen.ts", `${text}};\n`]]);
};
