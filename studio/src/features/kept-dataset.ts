import { session } from "../api/session.ts";
import { firstDataset, type WantedDataset } from "./dataset.ts";

/** In the tab's own storage, so that a reload finds what was chosen. Signing out clears it. */
const name = "sagebrush-dataset";

interface Stored {
  readonly caller: string;
  readonly region: string;
  readonly wanted: WantedDataset;
}

/** Returns the dataset that this caller was describing in this tab. */
export function keptDataset(): WantedDataset {
  try {
    const stored = JSON.parse(sessionStorage.getItem(name) ?? "{}") as Partial<Stored>;
    const isOwn = stored.caller === session().caller.arn && stored.region === session().region;
    return isOwn ? { ...firstDataset, ...stored.wanted } : firstDataset;
  } catch {
    return firstDataset;
  }
}

export function keepDataset(wanted: WantedDataset): void {
  const stored: Stored = { caller: session().caller.arn, region: session().region, wanted };
  try {
    sessionStorage.setItem(name, JSON.stringify(stored));
  } catch {
    sessionStorage.removeItem(name);
  }
}
