import { nearest } from "../base/nearest.ts";

/** Returns the question that follows an unknown name, with a blank before it; "" when no known name is near. */
export function didYouMean(name: string, names: readonly string[]): string {
  const meant = nearest(name, names);
  return meant === undefined ? "" : ` Did you mean ${meant}?`;
}
