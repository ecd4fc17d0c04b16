import * as catalog from "./offers/catalog.ts";
import * as images from "./offers/images.ts";
import { locations } from "./offers/locations.ts";
import * as named from "./offers/named.ts";
import type { Offer } from "./offers/offer.ts";
import { roles } from "./offers/roles.ts";

/** What fields offer, by their member. */
const offers: readonly Offer[] = [
  roles,
  locations,
  ...Object.values(images),
  ...Object.values(named),
  ...Object.values(catalog),
];

/** Returns what a field offers; undefined for the name that a form gives to what it makes. */
export function offerFor(path: string): Offer | undefined {
  const steps = path.split(".");
  return offers.find(({ members }) => members.test(steps.at(-1)!));
}
