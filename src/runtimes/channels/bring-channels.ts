import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { TrainingPlan } from "../../images/training-plan.ts";
import { mlRoot } from "../ml-root.ts";
import type { ObjectClient } from "../object-client.ts";
import { channelTitle, downloadObjects } from "./download-objects.ts";
import { checkFileSystems } from "./file-systems.ts";
import { type Lent, lendObjects } from "./lent-objects.ts";
import type { Pipes } from "./pipes.ts";

/** The channels of a run, where its program finds them. */
export interface Brought {
  /** Those that are links, which a program in the inner sandbox sees read-only. */
  readonly lent: readonly Lent[];
  /** Absent when no channel is a pipe. */
  readonly pipes?: Pipes;
}

/** Brings all channels of a run to /opt/ml/input/data, by their modes. */
export async function bringChannels(plan: TrainingPlan, objects: ObjectClient): Promise<Brought> {
  const folder = join(mlRoot, "input/data");
  checkFileSystems(plan.fileSystems ?? [], folder);
  const lent: Lent[] = [];
  const isInside = "script" in plan || plan.network === "none";
  for (const channel of plan.channels) {
    if (channel.pipe) continue;
    const [title, to] = [channelTitle(channel), join(folder, channel.name)];
    const from = channel.fast ? await lendObjects(channel, title, objects) : undefined;
    if (from === undefined) await downloadObjects(channel, title, to, objects);
    else if (isInside) {
      mkdirSync(to, { recursive: true });
      lent.push({ from, to });
    }
    // A program of the product writes to no channel.
    else symlinkSync(from, to);
  }
  const piped = plan.channels.flatMap((one) => (one.pipe ? { ...one, pipe: one.pipe, title: channelTitle(one) } : []));
  if (piped.length === 0) return { lent };
  const { openPipes } = await import("./pipes.ts");
  return { lent, pipes: await openPipes(piped, folder, objects) };
}
