import { nearest } from "../base/nearest.ts";

/** Returns the question after a name that there is not, with a blank before it; "" when no name is near. */
export function didYouMean(name: string, names: readonly string[]): string {
  const meant = nearest(name, names);
  return meant === undefined ? "" : ` Did you mean ${meant}?`;
}
