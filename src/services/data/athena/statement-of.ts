import type { Statement } from "../../../prep/sql/trino/statement.ts";

type Having<One, Kind> = One extends { readonly kind: infer Own } ? (Kind extends Own ? One : never) : never;

/** The statements of a kind. */
export type StatementOf<Kind extends Statement["kind"]> = Having<Statement, Kind>;
