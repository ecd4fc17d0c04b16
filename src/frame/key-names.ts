import { unitSeparator as separator } from "../base/unit-separator.ts";

/**
 * Takes the place of the separator within a name: AWS's patterns allow it in the names of log streams. Names are not
 * empty, so two separators in a row are in no other key.
 */
const escaped = `${separator}${separator}\u001E`;
/** A separator between names: one that begins no escape and is not within one. */
const between = new RegExp(`(?<!${separator})${separator}(?!${separator}\u001E)`);

/** Returns the first name of a key. A prefix of a name makes a prefix of its key. */
export const escapeName = (name: string): string =>
  name.includes(separator) ? name.replaceAll(separator, escaped) : name;

/** Adds a name to a key. */
export const joinNames = (key: string, name: string): string => key + separator + escapeName(name);

/** Returns the names in a key. */
export function splitNames(key: string): string[] {
  if (!key.includes(separator)) return [key];
  if (!key.includes(escaped)) return key.split(separator);
  return key.split(between).map((name) => name.replaceAll(escaped, separator));
}
