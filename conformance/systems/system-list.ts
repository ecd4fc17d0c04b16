import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { System } from "./define-system.ts";

/** Every system, by name. The folder is the registry: NAME/NAME.ts exports one. */
export async function readSystems(): Promise<System[]> {
  const names = readdirSync(import.meta.dirname).filter((name) => existsSync(unitOf(name)));
  return await Promise.all(
    names.sort().map(async (name) => {
      const [system] = Object.values((await import(unitOf(name))) as Record<string, System>);
      if (system?.name !== name) throw new Error(`${name}/${name}.ts exports no system of that name`);
      return system;
    }),
  );
}

const unitOf = (name: string) => join(import.meta.dirname, name, `${name}.ts`);
