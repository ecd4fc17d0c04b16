import { join } from "node:path";
import type { ImageFamily } from "../../src/images/define-image.ts";
import { readCoverage } from "./coverage.ts";
import type { Generator } from "./generators.ts";
import { imageTable } from "./image-table.ts";
import { markdownTable } from "./markdown-table.ts";
import { fillMarks } from "./marks.ts";
import { findUnits } from "./units.ts";

/** The part of README.md between the two marks: what works, and how much does not yet. */
export const generateReadme: Generator = async (root) => {
  const rows = (await readCoverage(root)).map(({ title, model, answered }) => [
    title,
    nouns(answered.filter((name) => !onlySaysNone(name, model, answered))).join(", "),
    answered.length,
    model.length - answered.length,
  ]);
  const images = await findUnits<ImageFamily>(join(root, "src", "images"), "image");
  const text = `${markdownTable(["Service", "What there is", "Operations", "Not yet"], rows)}
${imageTable(
  images.map(({ unit }) => unit),
  (versions) => rangeOf(versions),
)}
All versions: [docs/reference/images.md](docs/reference/images.md). Others are refused when a job or a model is created.`;
  return fillMarks(root, "README.md", { "What works": text });
};

function rangeOf(tags: readonly string[]): string {
  const versions = tags.filter((tag) => !tag.includes("-cpu-"));
  return versions.length > 3 ? `${versions[0]} to ${versions.at(-1)}` : versions.join(", ");
}

/** Whether an operation reads what no operation that is built can set: it only says that there is none. */
const onlySaysNone = (name: string, model: readonly string[], answered: readonly string[]): boolean => {
  const set = name.replace(/^Get/, "Put");
  return set !== name && model.includes(set) && !answered.includes(set);
};

/** What operations are about, each once: CreateModel, ListModels and BatchDescribeModel are about Model. */
export const nouns = (operations: readonly string[]): string[] => [
  ...new Set(
    operations.map((name) =>
      name
        // A name of one word, such as Search, is what there is.
        .replace(/^(?:Batch)?[A-Z][a-z]+(?=[A-Z])/, "")
        .replace(/V\d$/, "")
        .replace(/ies$/, "y")
        .replace(/(?<=x|ss|lias)es$/, "")
        .replace(/(?<!u|s|lia)s$/, ""),
    ),
  ),
];
