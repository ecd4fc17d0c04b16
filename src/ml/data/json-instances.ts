import { DataError, type DataPlace } from "./data-error.ts";
import type { Matrix } from "./matrix.ts";
import { createSparseRows } from "./sparse-rows.ts";

/**
 * Rows as JSON, as SageMaker's built-in algorithms read them: `application/json` has a list `instances`,
 * `application/jsonlines` one instance a line. An instance has `features`, a list of numbers, or `data.features` with
 * `values` and, where it is sparse, `keys` and `shape`; what a sparse one does not name is 0.
 */
export function createInstanceReader({ lines }: { readonly lines: boolean }) {
  const rows = createSparseRows();
  let columns = 0;
  let width: number | undefined;

  function add(instance: unknown, refuse: (problem: string) => never): void {
    const { features, data } = (instance ?? {}) as { features?: unknown; data?: { features?: Sparse } };
    const tensor: Sparse = Array.isArray(features) ? { values: features } : (data?.features ?? {});
    const { values, keys, shape } = tensor;
    if (!isNumbers(values)) refuse('has no list of numbers as its "features", or as the "values" of data.features.');
    const given = values as number[];
    if (keys === undefined) {
      width ??= given.length;
      if (given.length !== width) refuse(`has ${given.length} features, the instances before it have ${width}.`);
      given.forEach((value, column) => {
        rows.add(column, value);
      });
      columns = Math.max(columns, given.length);
    } else {
      const named = keys as number[];
      if (!isNumbers(keys) || named.length !== given.length || named.some((key) => !(key >= 0 && key < 2 ** 31 - 1)))
        refuse('needs as many whole "keys" as "values".');
      const size = Math.max(0, ...(isNumbers(shape) ? shape : []), ...named.map((key) => key + 1));
      const cells = new Map(named.map((key, index) => [key, given[index]!]));
      for (let column = 0; column < size; column++) rows.add(column, cells.get(column) ?? 0);
      columns = Math.max(columns, size);
    }
    rows.endRow();
  }

  return {
    /** Reads a whole payload. */
    read(bytes: Uint8Array, { line: _, ...source }: DataPlace): void {
      const text = new TextDecoder().decode(bytes);
      const parts = lines ? text.split("\n").filter((line) => line.trim() !== "") : [text];
      for (const [index, part] of parts.entries()) {
        let value: unknown;
        try {
          value = JSON.parse(part);
        } catch (error) {
          throw new DataError(
            source,
            `${lines ? `line ${index + 1} ` : "it "}is no JSON: ${(error as Error).message}.`,
          );
        }
        const instances = lines ? [value] : (value as { instances?: unknown } | null)?.instances;
        if (!Array.isArray(instances)) throw new DataError(source, 'it has no list "instances".');
        for (const [place, instance] of instances.entries())
          add(instance, (problem) => {
            throw new DataError(source, `instance ${lines ? index + 1 : place + 1} ${problem}`);
          });
      }
    },
    rows: rows.rows,
    columns: () => columns,
    features: (wanted: number): Matrix => rows.table(wanted),
  };
}

interface Sparse {
  readonly values?: unknown;
  readonly keys?: unknown;
  readonly shape?: unknown;
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((one) => typeof one === "number");
