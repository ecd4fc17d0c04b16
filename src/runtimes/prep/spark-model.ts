import type { Json } from "../../prep/define-transform.ts";
import { decodeBase85 } from "../../prep/flows/base85.ts";
import type { JsonObject } from "../../prep/json-object.ts";
import { readZip } from "./zip-files.ts";

/** Reads a Parquet file: its rows as JSON. */
export type ReadParquet = (bytes: Uint8Array) => Promise<readonly JsonObject[]>;

/**
 * Returns what a step was trained to with its models decoded: each member `..._model`, a saved model of Spark ML, becomes an
 * object with the class of the model, its parameters and what it holds, vectors as lists. One that cannot be read stays as
 * it is: its step learns anew.
 */
export async function decodeTrained(trained: Json, readParquet: ReadParquet): Promise<Json> {
  if (typeof trained !== "object" || trained === null) return trained;
  const decoded: Record<string, Json> = {};
  // One after the other: the reader may be an engine that does one thing at a time.
  for (const [name, value] of Object.entries(trained as JsonObject)) {
    const isModel = typeof value === "string" && name.endsWith("_model");
    const model = isModel ? await readSparkModel(value, readParquet) : undefined;
    decoded[name] = model ?? (await decodeTrained(value, readParquet));
  }
  return Array.isArray(trained) ? Object.values(decoded) : decoded;
}

/** Returns a model of Spark ML as flows hold it: the base 85 of a ZIP archive of the saved model. Undefined for another text. */
export async function readSparkModel(text: string, readParquet: ReadParquet): Promise<JsonObject | undefined> {
  const archive = decodeBase85(text);
  if (archive === undefined) return undefined;
  try {
    const files = [...readZip(archive)];
    const metadata = files.find(([name]) => /(?:^|\/)metadata\/part-\d+$/.test(name))?.[1];
    if (metadata === undefined) return undefined;
    const { class: name, paramMap } = JSON.parse(Buffer.from(metadata).toString("utf8")) as JsonObject;
    const data = files.filter(([path]) => /(?:^|\/)data\/[^/.][^/]*\.parquet$/.test(path)).map(([, bytes]) => bytes);
    const rows: JsonObject[] = [];
    for (const bytes of data) rows.push(...(await readParquet(bytes)));
    const model = String(name).split(".").at(-1)!;
    return { class: model, parameters: paramMap ?? {}, ...heldBy(model, rows[0] ?? {}) };
  } catch {
    return undefined;
  }
}

/** What the row of a model holds. Its members have the names that Spark gives them. */
function heldBy(model: string, row: JsonObject): JsonObject {
  const held = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, dense(value)]));
  // Before version 3 a model had the labels of one column.
  if (model === "StringIndexerModel") return { labels: held.labelsArray ?? [held.labels ?? []] };
  if (model === "ImputerModel") return { columns: Object.keys(held), surrogates: Object.values(held) };
  return held;
}

/** A vector as a list of its numbers; any other value as it is. */
function dense(value: Json): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { size, indices, values } = value as JsonObject;
  if (!Array.isArray(values)) return value;
  if (!Array.isArray(indices)) return values as readonly Json[];
  const numbers: Json[] = Array.from({ length: Number(size) }, () => 0);
  for (const [at, index] of (indices as readonly number[]).entries()) numbers[index] = (values as readonly Json[])[at]!;
  return numbers;
}
