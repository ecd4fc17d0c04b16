import type { ImageFamily, ImagePart } from "../../src/images/define-image.ts";
import { markdownTable } from "./markdown-table.ts";

const titles: Readonly<Record<ImagePart, string>> = { training: "Trains", serving: "Serves", processing: "Processes" };

/** A row for each image of AWS that runs here, by the words for its versions. */
export function imageTable(families: readonly ImageFamily[], words: (versions: readonly string[]) => string): string {
  const parts = Object.keys(titles) as ImagePart[];
  const rows = families
    .filter((family) => parts.some((part) => family[part]))
    .toSorted((a, b) => a.repository.localeCompare(b.repository))
    .map((family) => [
      `\`${family.repository}\``,
      words(family.versions),
      ...parts.map((part) => (family[part] ? "yes" : "")),
    ]);
  return markdownTable(["Container image", "Versions", ...parts.map((part) => titles[part])], rows);
}
