import { join } from "node:path";
import type { OperationsUnit } from "../../src/frame/define-operations.ts";
import type { WireServiceId } from "../../src/wire/wire-services.ts";
import type { Generator } from "./generators.ts";
import { banner, type Found, findUnits, loader } from "./units.ts";

/** The units of every wire service, by its id. */
export async function servedUnits(root: string): Promise<Map<WireServiceId, Found<OperationsUnit>[]>> {
  const units = await findUnits<OperationsUnit>(join(root, "src", "services"), "operations", "resource", "job");
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

/**
 * src/services/services.gen.ts: which operations each wire service answers, and the file to load at the first call of
 * each. src/services/data-plane.gen.ts: those of them that every process of the data plane answers.
 */
export const generateServices: Generator = async (root) => {
  const served = await servedUnits(root);
  const ofDataPlane = [...served].flatMap(([service, units]) => {
    const found = units.filter(({ unit }) => unit.plane === "data");
    return found.length > 0 ? [[service, found] as const] : [];
  });
  return new Map([
    ["src/services/services.gen.ts", listOf("services", served)],
    ["src/services/data-plane.gen.ts", listOf("dataPlane", new Map(ofDataPlane))],
  ]);
};

function listOf(name: string, served: ReadonlyMap<WireServiceId, Found<OperationsUnit>[]>): string {
  let text = `${banner}import type { ServedServices } from "../frame/define-operations.ts";

export const ${name}: ServedServices = {
`;
  for (const [service, units] of [...served].sort()) {
    text += `  "${service}": {\n`;
    for (const operation of operationsOf(units)) {
      const owner = units.find(({ unit }) => Object.hasOwn(unit.operations, operation))!;
      text += `    ${operation}: ${loader(owner)},\n`;
    }
    text += "  },\n";
  }
  return `${text}};\n`;
}
