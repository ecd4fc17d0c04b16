import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { duckdb } from "../../engines/duckdb/duckdb.ts";
import type { OpenEngine } from "../../engines/port.ts";
import { catalogue } from "../../prep/catalogue.ts";
import { type Column, double, text } from "../../prep/column-type.ts";
import { csvForm } from "../../prep/flows/csv-form.ts";
import { nodeWords, operatorName } from "../../prep/flows/flow.ts";
import type { InferencePlan, InferenceStep } from "../../prep/flows/inference-plan.ts";
import { readStep } from "../../prep/read-step.ts";
import { duckdb as dialect } from "../../prep/sql/dialects/duckdb.ts";
import { as, call, cast, column, type Expression, nullOf } from "../../prep/sql/expression.ts";
import { ownFunctions } from "../../prep/sql/own-functions.ts";
import { aggregate, named, type Relation, select, table, withColumns } from "../../prep/sql/relation.ts";
import { columnOf, StepFault } from "../../prep/step-fault.ts";
import { createFlowEngine, type FlowEngine } from "./flow-engine.ts";
import { imageFunctions } from "./image-functions.ts";
import { createStayingCode, type RunUserCode } from "./user-code.ts";

/** A flow that treats rows of requests as it treated those for training. */
export interface FlowInference {
  /** Returns the rows that come of rows of CSV, of the columns that are named. @throws StepFault */
  transform(rows: Uint8Array, columns: readonly string[]): Promise<Uint8Array>;
}

interface InferencePlace {
  /** The Python in which code of the flow runs. */
  readonly python: string;
  /** A folder for what is between the steps. */
  readonly folder: string;
  readonly memoryBytes: number;
  readonly signal: AbortSignal;
}

/** The tables of so many requests stay with an engine, which is then opened anew. */
const requestsOfEngine = 500;

export function createFlowInference(plan: InferencePlan, place: InferencePlace): FlowInference {
  const { folder, memoryBytes, python, signal } = place;
  const runCode = createStayingCode(python, "/", folder.slice(1), signal);
  let open: { readonly engine: OpenEngine; readonly flow: FlowEngine } | undefined;
  let count = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function engineOf(): Promise<FlowEngine> {
    if (open && count % requestsOfEngine !== 0) return open.flow;
    open?.engine.close();
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const spill = { spill: join(folder, "spill"), spillBytes: 2 ** 30 };
    const engine = await duckdb.open({
      ...spill,
      tables: "",
      output: "",
      memoryBytes,
      threads: 1,
      prelude: [],
      functions: [...ownFunctions, ...imageFunctions],
    });
    open = { engine, flow: createFlowEngine(engine, dialect, signal) };
    return open.flow;
  }

  async function transform(rows: Uint8Array, names: readonly string[]): Promise<Uint8Array> {
    const engine = await engineOf();
    const name = `request-${++count}`;
    const own = join(folder, name);
    mkdirSync(own, { recursive: true });
    try {
      const file = join(own, "rows.csv");
      writeFileSync(file, rows);
      engine.add({
        ...{ name, partitionKeys: [], columns: names.map((one) => ({ name: one, type: "string" })) },
        format: { kind: "delimited", delimiter: ",", encoding: "utf-8", skippedLines: 0 },
        files: [{ path: file.slice(1), uri: "the request", sizeBytes: rows.length }],
      });
      const given = sourceRows(plan, name, names);
      const counted = await engine.ask(aggregate(given, [], [{ name: "rows", value: call("countRows") }]), given);
      const made = await doSteps(plan.steps, given, engine, runCode);
      const answer = select(
        made,
        plan.answers.map((one) => ({ name: one, value: column(columnOf(made, one)) })),
      );
      const written = await engine.engine.write(
        engine.statement(csvForm(answer)),
        {
          ...{ format: "csv", compression: "none", partitionedBy: [], evenEmpty: true, delimiter: ",", header: false },
          columns: answer.columns.map((one) => ({ name: one.name })),
          name: join(own, "answer").slice(1),
        },
        signal,
      );
      const wanted = Number(counted[0]!.rows);
      if (written < wanted)
        throw new StepFault(
          `The flow leaves out ${wanted - written} of the ${wanted === 1 ? "1 row" : `${wanted} rows`}, as it does for training. Send rows that it keeps.`,
        );
      return readFileSync(join(own, "answer_0.csv"));
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
  }

  return {
    // One after the other: they share an engine.
    transform(rows, columns) {
      const answer = last.then(() => transform(rows, columns));
      last = answer.catch(() => {});
      return answer;
    },
  };
}

/** The rows of a request as the source's rows are: each column has its type, and what requests do not have is null. */
function sourceRows({ absent, columns }: InferencePlan, name: string, given: readonly string[]): Relation {
  const texts = table(
    name,
    given.map((one) => ({ name: one, type: text })),
  );
  const missing = new Set(absent.map((one) => one.name));
  const valueFor = ({ name: own, type }: Column): Expression => {
    if (missing.has(own) || !given.includes(own)) return nullOf(type);
    const value = column({ name: own, type: text });
    return type.kind === "text" ? value : cast(value, type);
  };
  return select(
    texts,
    [...columns, ...absent].map((one) => ({ name: one.name, value: valueFor(one) })),
  );
}

async function doSteps(
  steps: readonly InferenceStep[],
  given: Relation,
  engine: FlowEngine,
  runCode: RunUserCode,
): Promise<Relation> {
  let rows = given;
  for (const { code, learned, node } of steps)
    try {
      if (code) {
        rows = asTrained(await runCode(node, withFloats(rows, code.floats), engine), code.gives);
        continue;
      }
      const { transform, values } = readStep(operatorName(node.operator), node.parameters, catalogue);
      const result = transform.relation({ input: rows, inputs: [rows], values, learned });
      rows = "outputs" in result ? Object.values(result.outputs)[0]! : result;
    } catch (error) {
      if (!(error instanceof StepFault)) throw error;
      throw new StepFault(`In ${nodeWords(node)}: ${error.message}`);
    }
  return rows;
}

/** Pandas has whole numbers as floats where one is missing, as one was among the rows for training. */
const withFloats = (rows: Relation, names: readonly string[]): Relation =>
  withColumns(
    rows,
    rows.columns
      .filter(({ name, type }) => type.kind === "long" && names.includes(name))
      .map((one) => ({ name: one.name, value: as(column(one), double) })),
  );

/** What code gave, of the types that it had for training: those of pandas depend on what values there are. */
function asTrained(rows: Relation, columns: readonly Column[]): Relation {
  const values = columns.map((one) => {
    const found = columnOf(rows, one.name);
    const value = column(found);
    return { name: one.name, value: found.type.kind === one.type.kind ? value : cast(value, one.type) };
  });
  const known = new Set(columns.map(({ name }) => name));
  return select(rows, [...values, ...named(rows.columns.filter(({ name }) => !known.has(name)))]);
}
