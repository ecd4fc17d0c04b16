import { createCsvReader } from "../../ml/data/csv.ts";
import { DataError } from "../../ml/data/data-error.ts";
import { createInstanceReader } from "../../ml/data/json-instances.ts";
import { createLibsvmReader } from "../../ml/data/libsvm.ts";
import type { Matrix } from "../../ml/data/matrix.ts";
import { createRecordReader } from "../../ml/data/recordio-protobuf.ts";
import {
  type Answer,
  type AnyServedAlgorithm,
  answererOf,
  type DataFormat,
  type Serving,
} from "../../ml/define-algorithm.ts";
import { contentTypesOf, dataFormat } from "../content-type.ts";
import { mostTableBytes } from "../run-memory.ts";
import { answerTogether } from "./answer-together.ts";

export interface Invocation {
  readonly body: Uint8Array;
  /** The request's content type; empty when it has none. */
  readonly contentType: string;
  readonly accept: string;
}

/** What answers for the models of a model folder. */
export interface Invoker {
  (invocation: Invocation): Answer;
  /** Answers several; the rows of those that are answered alike are predicted together. Absent where they cannot be. */
  readonly together?: (invocations: readonly Invocation[]) => Answer[];
}

/** Creates the function that answers POST /invocations for the models of a model folder. */
export function createInvoker(
  algorithm: AnyServedAlgorithm,
  version: string,
  serving: Serving<unknown>,
  models: readonly unknown[],
): Invoker {
  const halves = serving.halves?.(models);
  const answer = halves ? answererOf(halves) : serving.answerer(models);
  const columns = algorithm.columns(models[0]);
  const { requestDefault, read: known } = algorithm.formats(version);
  // A file of Parquet is for training only, in the containers too.
  const accepted = known.filter((format): format is PayloadFormat => format !== "parquet");
  const read = ({ body, contentType }: Invocation): Matrix | Answer => {
    if (body.length === 0) return { status: 204, type: "text/plain", body: "" };
    const format = contentType ? dataFormat(contentType)?.format : requestDefault;
    const payload = accepted.find((one) => one === format);
    if (!payload)
      return refusal(415, `Content type ${contentType} is not supported; send one of ${contentTypesOf(accepted)}.`);
    let rows: { columns(): number; features(columns: number): Matrix };
    try {
      rows = readRows(body, payload);
    } catch (error) {
      if (error instanceof DataError) return refusal(415, error.message);
      throw error;
    }
    const problem = widthProblem(rows.columns(), columns, payload);
    return problem ? refusal(400, `payload: ${problem}`) : rows.features(columns);
  };
  const invoke = (invocation: Invocation): Answer => {
    const features = read(invocation);
    return "status" in features ? features : answer(features, invocation.accept);
  };
  if (!halves) return invoke;
  const together = (invocations: readonly Invocation[]) =>
    answerTogether(
      halves,
      invocations.map((invocation) => ({ features: read(invocation), accept: invocation.accept })),
    );
  return Object.assign(invoke, { together });
}

type PayloadFormat = Exclude<DataFormat, "parquet">;

const refusal = (status: number, body: string): Answer => ({ status, type: "text/plain", body });

const source = { file: "payload", isRequest: true } as const;
const room = { mostBytes: mostTableBytes };

/** @throws DataError when the payload is not what its content type says */
function readRows(body: Uint8Array, format: PayloadFormat) {
  const reader = createReader[format]();
  reader.read(body, { ...source, line: 1 });
  if (reader.rows() === 0) throw new DataError(source, "it holds no row; send at least one.");
  return reader;
}

const createReader = {
  csv: () => createCsvReader(room),
  libsvm: () => createLibsvmReader({ ...room, labels: "optional" }),
  "recordio-protobuf": createRecordReader,
  json: () => createInstanceReader({ lines: false }),
  jsonlines: () => createInstanceReader({ lines: true }),
};

function widthProblem(given: number, columns: number, format: PayloadFormat): string | undefined {
  if (format === "libsvm" ? given <= columns : given === columns) return undefined;
  const isLabelled = format === "csv" && given === columns + 1;
  return (
    `rows have ${given} features, the model was trained on ${columns}.` +
    (isLabelled ? " Leave out the label: rows for prediction have none." : "")
  );
}
