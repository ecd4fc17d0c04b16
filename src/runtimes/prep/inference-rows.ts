import { counted } from "../../base/counted.ts";
import { nearest } from "../../base/nearest.ts";
import type { InferencePlan } from "../../prep/flows/inference-plan.ts";
import { readLossless } from "../../prep/flows/lossless-json.ts";
import { StepFault } from "../../prep/step-fault.ts";
import { readRecord } from "./csv-header.ts";

/** Rows of CSV, and what their columns are. */
export interface GivenRows {
  readonly rows: Uint8Array;
  readonly columns: readonly string[];
}

/** Reads the rows of a request. Undefined for a content type that is not read. @throws StepFault */
export function inferenceRows(plan: InferencePlan, body: Uint8Array, contentType: string): GivenRows | undefined {
  const [type = "", ...parameters] = contentType.toLowerCase().split(/\s*;\s*/);
  switch (type) {
    case "":
    case "text/csv":
      return csvRows(plan, body, parameters.includes("header=present"));
    case "application/json":
      return jsonRows(plan, instancesOf(parsed(textOf(body))));
    case "application/jsonlines":
    case "application/x-jsonlines": {
      const lines = textOf(body).split("\n");
      return jsonRows(plan, lines.filter((line) => line.trim() !== "").map(parsed));
    }
    default:
      return undefined;
  }
}

export const inferenceTypes = "text/csv, application/json, application/jsonlines";

function csvRows(plan: InferencePlan, body: Uint8Array, hasHeader: boolean): GivenRows {
  const text = textOf(body);
  const record = readRecord(text, ",", true)!;
  const names = namesOf(plan);
  if (hasHeader) {
    for (const name of record) checkName(plan, name);
    const end = text.indexOf("\n");
    return { rows: Buffer.from(end < 0 ? "" : text.slice(end + 1)), columns: record };
  }
  if (record.length === names.length) return { rows: body, columns: names };
  throw new StepFault(
    `A row has ${counted(record.length, "value")}; the flow takes ${names.length}: ${names.join(", ")}. Send them without a header, or with one and the content type "text/csv; header=present".`,
  );
}

const namesOf = ({ columns }: InferencePlan): readonly string[] => columns.map(({ name }) => name);

function textOf(body: Uint8Array): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    if (text.trim() !== "") return text;
  } catch {
    throw new StepFault("The request is not encoded in UTF-8.");
  }
  throw new StepFault("The request has no row; send at least one.");
}

/** Numbers keep the text that they are written as. */
function parsed(text: string): unknown {
  try {
    return readLossless(text);
  } catch (error) {
    throw new StepFault(`The request is no JSON: ${(error as Error).message}.`);
  }
}

/** `{"instances": [...]}`, a list of rows, or one row. */
function instancesOf(value: unknown): readonly unknown[] {
  const given = isObject(value) && Array.isArray(value.instances) ? value.instances : value;
  if (!Array.isArray(given)) return [given];
  return given.length > 0 && !given.some((one) => typeof one === "object" && one !== null) ? [given] : given;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function jsonRows(plan: InferencePlan, instances: readonly unknown[]): GivenRows {
  if (instances.length === 0) throw new StepFault("The request has no row; send at least one.");
  const names = namesOf(plan);
  const lines = instances.map((instance) => {
    const row = isObject(instance) && Array.isArray(instance.features) ? instance.features : instance;
    if (Array.isArray(row)) {
      if (row.length !== names.length)
        throw new StepFault(
          `A row has ${counted(row.length, "value")}; the flow takes ${names.length}: ${names.join(", ")}.`,
        );
      return row.map(csvValue).join(",");
    }
    if (!isObject(row) || "rawJSON" in row)
      throw new StepFault(
        `A row is ${JSON.stringify(row)}; send an object with the values by column, or a list of them.`,
      );
    for (const name of Object.keys(row)) checkName(plan, name);
    return names.map((name) => csvValue(row[name])).join(",");
  });
  return { rows: Buffer.from(`${lines.join("\n")}\n`), columns: names };
}

function checkName({ absent, columns }: InferencePlan, name: string): void {
  const known = [...columns, ...absent].map((one) => one.name);
  if (known.includes(name)) return;
  const meant = nearest(name, known);
  throw new StepFault(
    `There is no column ${JSON.stringify(name)}${meant ? `; was ${JSON.stringify(meant)} meant?` : "."} The columns are: ${namesOf({ absent, columns } as InferencePlan).join(", ")}.`,
  );
}

/** Nothing is null, an empty text is quoted. */
function csvValue(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return `"${value.replaceAll('"', '""')}"`;
  if (typeof value === "object" && "rawJSON" in value) return String(value.rawJSON);
  throw new StepFault(`A value is ${JSON.stringify(value)}; send texts, numbers, true, false or null.`);
}
