import { readdirSync, symlinkSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** A new folder that as the PATH has every program of this one's but those. */
export async function pathWithout(...programs: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sagebrush-path-"));
  const taken = new Set(programs);
  for (const place of process.env.PATH!.split(delimiter)) {
    for (const name of programsIn(place)) {
      if (taken.has(name)) continue;
      taken.add(name);
      symlinkSync(join(place, name), join(folder, name));
    }
  }
  return folder;
}

function programsIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
