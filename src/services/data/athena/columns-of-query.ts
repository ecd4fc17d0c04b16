import { QueryFailure } from "./athena-faults.ts";

interface QueryColumn {
  readonly name: string;
  readonly type: string;
  /** False for one that no word names. */
  readonly isNamed?: boolean;
}

/** Names the columns of a query as those of a table or view: as the statement does, in lower case. @throws QueryFailure */
export function namedColumns(
  columns: readonly QueryColumn[],
  given: readonly string[] | undefined,
): { readonly name: string; readonly type: string }[] {
  const named = columns.map(({ isNamed, name, type }, index) => {
    const at = `at position ${index + 1}`;
    if (isNamed === false && given?.[index] === undefined)
      throw new QueryFailure(`MISSING_COLUMN_NAME: line 1:1: Column name not specified ${at}`);
    if (type === "unknown") throw new QueryFailure(`COLUMN_TYPE_UNKNOWN: line 1:1: Column type is unknown ${at}`);
    return { name: (given?.[index] ?? name).toLowerCase(), type };
  });
  checkNames(named);
  return named;
}

/** @throws QueryFailure for a name that two columns have */
export function checkNames(columns: readonly { readonly name: string }[]): void {
  const named = columns.map(({ name }) => ({ name: name.toLowerCase() }));
  const repeated = named.find(({ name }, index) => named.findIndex((one) => one.name === name) !== index);
  if (repeated)
    throw new QueryFailure(`DUPLICATE_COLUMN_NAME: line 1:1: Column name '${repeated.name}' specified more than once`);
}
