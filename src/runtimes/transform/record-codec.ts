import { type RecordPath, readRecordPath } from "../../base/record-path.ts";
import type { RecordProcessing, TransformPlan } from "../../images/transform-plan.ts";
import { csvFields } from "./csv-line.ts";
import { parseKeepingDigits } from "./exact-numbers.ts";
import { dataFault } from "./transform-fault.ts";

/** Filters and joins records, each a text. */
export interface RecordCodec {
  /** CSV is told apart by its bytes, whatever else they are; JSON is UTF-8. */
  readonly encoding: "latin1" | "utf8";
  /** Returns what of a record the model server is sent. @throws TransformFault */
  prepare(record: string, number?: number): string;
  /** Returns the outputs of a mini-batch, one for each of its records. @throws TransformFault */
  outputs(answer: Uint8Array, count: number): readonly string[];
  /** Returns the line of the output. @throws TransformFault */
  finish(record: string, output: string): string;
}

/** What a record of the output gets when they are numbered. */
export interface RecordStamp {
  id(): string;
  /** ISO 8601. */
  time(): string;
}

export const isCsv = (contentType: string | undefined): boolean => baseType(contentType) === "text/csv";

const baseType = (contentType = ""): string => contentType.split(";", 1)[0]!.trim().toLowerCase();

/** Returns what processes the records of a plan; undefined where they go through as they are. */
export function createRecordCodec(
  { processing, contentType, accept }: Pick<TransformPlan, "processing" | "contentType" | "accept">,
  stamp: RecordStamp,
): RecordCodec | undefined {
  if (!processing) return undefined;
  const input = isCsv(contentType) ? csvSide : jsonSide;
  const output = isCsv(accept ?? contentType) ? csvSide : jsonSide;
  const inputFilter = filterOf("InputFilter", processing.inputFilter);
  const outputFilter = filterOf("OutputFilter", processing.outputFilter);
  return {
    encoding: input.encoding,
    prepare: (record, number) => input.filter(record, inputFilter, () => `record ${number ?? 1}`),
    outputs: (answer, count) => output.outputs(textOf(answer, output.encoding), count),
    finish: (record, given) => output.finish(record, given, processing, outputFilter, stamp),
  };
}

const textOf = ({ buffer, byteOffset, byteLength }: Uint8Array, encoding: BufferEncoding): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString(encoding);

interface Filter {
  readonly name: "InputFilter" | "OutputFilter";
  readonly path: RecordPath;
}

function filterOf(name: Filter["name"], text: string): Filter {
  const path = readRecordPath(text);
  if (typeof path === "string") throw dataFault(`${name} ${JSON.stringify(text)} is no path: ${path}.`);
  return { name, path };
}

const matchesNothing = ({ name, path }: Filter, what: string) =>
  dataFault(`${name} ${JSON.stringify(path.text)} matches nothing in ${what}.`);

/** What is done with records of one format. */
interface Side {
  readonly encoding: RecordCodec["encoding"];
  filter(record: string, filter: Filter, title: () => string): string;
  outputs(answer: string, count: number): readonly string[];
  finish(record: string, output: string, how: RecordProcessing, filter: Filter, stamp: RecordStamp): string;
}

const csvSide: Side = {
  encoding: "latin1",
  filter(record, filter, title) {
    if (filter.path.isRoot) return record;
    const fields = csvFields(record);
    const columns = filter.path.columns(fields.length);
    if (!columns)
      throw matchesNothing(filter, `${title()}, which has ${fields.length} column${fields.length === 1 ? "" : "s"}`);
    return columns.map((column) => fields[column]).join(",");
  },
  outputs: (answer, count) => linesOf(answer, count),
  finish(record, output, { joins, numbers }, filter, stamp) {
    const joined = joins ? `${record},${output}` : output;
    const kept = csvSide.filter(joined, filter, () => "a record of the output");
    return numbers ? `${kept},${stamp.id()},${stamp.time()}` : kept;
  },
};

const jsonSide: Side = {
  encoding: "utf8",
  filter(record, filter, title) {
    if (filter.path.isRoot) return record;
    const found = filter.path.select(parsed(record, title));
    if (found === undefined) throw matchesNothing(filter, title());
    return JSON.stringify(found);
  },
  // One record may be answered by JSON of several lines.
  outputs: (answer, count) => (count === 1 ? [answer] : linesOf(answer, count)),
  finish(record, output, { joins, numbers }, filter, stamp) {
    const answer = parsed(output, () => "the output of the model");
    const joined = joins
      ? withOutput(
          parsed(record, () => "a record"),
          answer,
        )
      : answer;
    const kept = filter.path.isRoot ? joined : filter.path.select(joined);
    if (kept === undefined) throw matchesNothing(filter, "a record of the output");
    if (!numbers) return JSON.stringify(kept);
    const named = isObject(kept) ? kept : { SageMakerOutput: kept };
    return JSON.stringify({ ...named, SageMakerInferenceId: stamp.id(), SageMakerInferenceTime: stamp.time() });
  },
};

function parsed(text: string, title: () => string): unknown {
  try {
    return parseKeepingDigits(text);
  } catch (error) {
    throw dataFault(`Failed to parse ${title()} as JSON: ${(error as Error).message}.`);
  }
}

function isObject(value: unknown): value is object {
  // A number that keeps its digits is an object without a name.
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.getPrototypeOf(value) !== null;
}

const withOutput = (input: unknown, output: unknown): object =>
  isObject(input) ? { ...input, SageMakerOutput: output } : { SageMakerInput: input, SageMakerOutput: output };

function linesOf(answer: string, count: number): readonly string[] {
  const ended = answer.endsWith("\r\n") ? answer.slice(0, -2) : answer.endsWith("\n") ? answer.slice(0, -1) : answer;
  const lines = ended.split(/\r?\n/);
  if (lines.length === count) return lines;
  throw dataFault(
    `The model server answered ${count} record${count === 1 ? "" : "s"} with ${lines.length} line${lines.length === 1 ? "" : "s"}, so its output cannot be joined with the input. Have it answer a line for each record, or set BatchStrategy to SingleRecord.`,
  );
}
