import type { DuckDBConnection, DuckDBType, DuckDBValue } from "@duckdb/node-api";
import type { EngineFunction, FunctionValue } from "../../base/engine-function.ts";

type Api = typeof import("@duckdb/node-api");

interface Conversion {
  readonly type: DuckDBType;
  /** What a function is given for a value of DuckDB, and back. */
  in?(value: DuckDBValue): unknown;
  out?(value: unknown): DuckDBValue;
}

const conversionsOf = (api: Api): Readonly<Record<FunctionValue, Conversion>> => {
  const list = (type: DuckDBType): Conversion => ({
    type: api.LIST(type),
    in: (value) => (value as InstanceType<Api["DuckDBListValue"]>).items,
    out: (value) => api.listValue(value as DuckDBValue[]),
  });
  return {
    text: { type: api.VARCHAR },
    bytes: {
      type: api.BLOB,
      in: (value) => (value as InstanceType<Api["DuckDBBlobValue"]>).bytes,
      out: (value) => api.blobValue(value as Uint8Array),
    },
    boolean: { type: api.BOOLEAN },
    integer: { type: api.INTEGER },
    bigint: { type: api.BIGINT },
    double: { type: api.DOUBLE },
    texts: list(api.VARCHAR),
    bigints: list(api.BIGINT),
    doubles: list(api.DOUBLE),
  };
};

/** Makes functions known to a connection, before it is locked. */
export function addFunctions(connection: DuckDBConnection, functions: readonly EngineFunction[], api: Api): void {
  const conversions = conversionsOf(api);
  for (const { call, gives, name, takes } of functions) {
    const inputs = takes.map((kind) => conversions[kind]);
    const output = conversions[gives];
    connection.registerScalarFunction(
      api.DuckDBScalarFunction.create({
        name,
        parameterTypes: inputs.map(({ type }) => type),
        returnType: output.type,
        mainFunction(info, chunk, result) {
          const vectors = inputs.map((_, index) => chunk.getColumnVector(index));
          const given = new Array<unknown>(inputs.length);
          try {
            for (let row = 0; row < chunk.rowCount; row++) {
              let isNull = false;
              for (const [index, vector] of vectors.entries()) {
                const value = vector.getItem(row) as DuckDBValue;
                isNull ||= value === null;
                given[index] = value === null ? null : (inputs[index]!.in?.(value) ?? value);
              }
              const answer = isNull ? null : call(...(given as never[]));
              result.setItem(row, answer === null ? null : ((output.out?.(answer) ?? answer) as DuckDBValue));
            }
            result.flush();
          } catch (error) {
            info.setError((error as Error).message);
          }
        },
      }),
    );
  }
}
