import { join } from "node:path";
import { readSoaks } from "../soak/soak-list.ts";
import { again, command, root, type Step } from "./steps.ts";

/** A step for each soak, at its short size. */
export const soakSteps = async (): Promise<Step[]> =>
  [...(await readSoaks())].map(([name, { sizes, unit }]) =>
    again(command(`soak: ${name}, ${sizes.short} ${unit}`, join(root, "soak", "soak.ts"), `${name}=${sizes.short}`)),
  );
