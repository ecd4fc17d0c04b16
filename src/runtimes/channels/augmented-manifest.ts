import { parseS3Location, type S3Location } from "../../aws/s3-location.ts";
import { ChannelFault } from "./channel-fault.ts";

/** What an attribute of a line is: text to be written as it is, or an object whose bytes are. */
export type Attribute = { readonly text: string } | { readonly object: S3Location };

/** The lines of an augmented manifest that are not empty, with their numbers. */
export const manifestLines = (text: string): { readonly number: number; readonly text: string }[] =>
  text
    .split("\n")
    .map((line, index) => ({ number: index + 1, text: line.trim() }))
    .filter((line) => line.text !== "");

/**
 * Reads the attributes of a line in the order of their names. One whose name ends with -ref is the address of an object;
 * any other is a text as it stands, or the JSON of its value.
 * @param place the manifest and the line, for a fault
 */
export function lineAttributes(text: string, names: readonly string[], place: string): Attribute[] {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {}
  if (typeof line !== "object" || line === null || Array.isArray(line))
    throw new ChannelFault(`${place} is no object of JSON such as {"source-ref": "s3://BUCKET/KEY", "class": 1}`);
  const values = line as Readonly<Record<string, unknown>>;
  return names.map((name): Attribute => {
    if (!Object.hasOwn(values, name))
      throw new ChannelFault(`${place} has no attribute "${name}"; it has ${Object.keys(values).join(", ") || "none"}`);
    const value = values[name];
    if (!name.endsWith("-ref")) return { text: typeof value === "string" ? value : JSON.stringify(value) };
    const object = typeof value === "string" ? parseS3Location(value) : undefined;
    if (!object?.key)
      throw new ChannelFault(`${place}: the attribute "${name}" is ${JSON.stringify(value)}, and no s3://BUCKET/KEY`);
    return { object };
  });
}
