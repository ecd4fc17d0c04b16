import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { column } from "../../prep/sql/expression.ts";
import { type Relation, select } from "../../prep/sql/relation.ts";
import { StepFault } from "../../prep/step-fault.ts";
import type { FlowEngine } from "./flow-engine.ts";

/** What the first bytes of a file say of its kind. */
const beginnings: readonly (readonly [ending: string, hex: string])[] = [
  [".jpg", "ffd8ff"],
  [".png", "89504e47"],
  [".webp", "52494646"],
  [".gif", "474946"],
  [".tif", "49492a00"],
  [".tif", "4d4d002a"],
];

/**
 * Writes the images of a table as files below a folder, each under the path that its row has in a column "image_path", or by its
 * number. Rows without an image are left out. Returns how many files there are.
 *
 * @throws StepFault where the table does not have one column of images
 */
export async function writeImages(
  relation: Relation,
  folder: string,
  engine: FlowEngine,
  signal: AbortSignal,
): Promise<number> {
  const found = relation.columns.filter(({ type }) => type.kind === "binary");
  if (found.length !== 1)
    throw new StepFault(
      `An output of images needs one column of images, and the table has ${found.length === 0 ? "none" : found.map(({ name }) => JSON.stringify(name)).join(", ")}. Drop the others, or write CSV or PARQUET.`,
    );
  const path = relation.columns.find(({ name, type }) => name === "image_path" && type.kind === "text");
  const chosen = [found[0]!, ...(path ? [path] : [])].map((one) => ({ name: one.name, value: column(one) }));
  const { batches } = await engine.engine.rows(engine.statement(select(relation, chosen)), signal);
  const taken = new Set<string>();
  let [row, count] = [0, 0];
  for await (const batch of batches)
    for (let at = 0; at < batch.rowCount; at++) {
      row++;
      const bytes = batch.columns[0]![at] as Uint8Array | null;
      if (bytes === null) continue;
      const file = fileName(batch.columns[1]?.[at] as string | null | undefined, row, bytes, taken);
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), bytes);
      count++;
    }
  return count;
}

/** A name that no other image has, with the ending of the kind that the bytes are; it never leads out of the folder. */
function fileName(path: string | null | undefined, row: number, bytes: Uint8Array, taken: Set<string>): string {
  const parts = (path ?? "").split("/").filter((part) => part !== "" && part !== "." && part !== "..");
  const given = parts.length > 0 ? parts.join("/") : `image-${String(row).padStart(5, "0")}`;
  const begins = Buffer.from(bytes.subarray(0, 4)).toString("hex");
  const known = extname(given);
  const own = beginnings.find(([, hex]) => begins.startsWith(hex))?.[0] ?? known;
  const isSame = known.toLowerCase().replace("jpeg", "jpg").replace("tiff", "tif") === own;
  const stem = known === "" ? given : given.slice(0, -known.length);
  let name = `${stem}${isSame ? known : own}`;
  for (let more = 2; taken.has(name); more++) name = `${stem}-${more}${isSame ? known : own}`;
  taken.add(name);
  return name;
}
