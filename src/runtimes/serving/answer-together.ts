import type { Matrix } from "../../ml/data/matrix.ts";
import type { Answer, AnswerHalves, Predictions } from "../../ml/define-algorithm.ts";

/** A request whose rows are read, or that is refused. */
export interface ReadRequest {
  readonly features: Matrix | Answer;
  readonly accept: string;
}

const failed: Answer = { status: 500, type: "text/plain", body: "The model server failed; see its log." };

/**
 * Answers requests as if each were alone: the rows of all of them are predicted at once, and every caller gets its own.
 * A request that cannot be answered is refused, and does nothing to the others.
 */
export function answerTogether({ predict, encoder }: AnswerHalves, requests: readonly ReadRequest[]): Answer[] {
  const encoders = requests.map(({ features, accept }) => ("status" in features ? features : encoder(accept)));
  const tables = requests.flatMap(({ features }, index) =>
    "status" in features || "status" in encoders[index]! ? [] : [features],
  );
  const { values, width } = predict(stacked(tables));
  let row = 0;
  return requests.map(({ features }, index) => {
    const found = encoders[index]!;
    if ("status" in found || "status" in features) return found as Answer;
    const from = row;
    row += features.rows;
    const own: Predictions = { values: values.subarray(from * width, row * width), width };
    try {
      return { status: 200, type: found.type, body: found.encode(own) };
    } catch (error) {
      console.error(error);
      return failed;
    }
  });
}

/** Returns all rows as one table. Those of one model have the same columns. */
function stacked(tables: readonly Matrix[]): Matrix {
  const [first] = tables;
  if (first === undefined) return { rows: 0, columns: 0, values: new Float32Array() };
  if (tables.length === 1) return first;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const values = new Float32Array(rows * first.columns);
  let at = 0;
  for (const table of tables) {
    values.set(table.values.subarray(0, table.rows * table.columns), at);
    at += table.rows * table.columns;
  }
  return { rows, columns: first.columns, values };
}
