import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Soak } from "./define-soak.ts";

const ending = ".soak.ts";

/** The proofs of this folder by name: `<name>.soak.ts` exports one as `soak`. */
export async function readSoaks(): Promise<ReadonlyMap<string, Soak>> {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith(ending));
  const loaded = files.sort().map(async (file) => {
    const { soak } = (await import(join(import.meta.dirname, file))) as { soak: Soak };
    return [file.slice(0, -ending.length), soak] as const;
  });
  return new Map(await Promise.all(loaded));
}
