/** What Athena calls a statement, by its kind. */
const types: Readonly<Record<string, readonly ["DDL" | "DML" | "UTILITY", string]>> = {
  query: ["DML", "SELECT"],
  "create-table-as": ["DDL", "CREATE_TABLE_AS_SELECT"],
  insert: ["DML", "INSERT"],
  unload: ["DML", "UNLOAD"],
  merge: ["DML", "MERGE"],
  update: ["DML", "UPDATE"],
  delete: ["DML", "DELETE"],
  explain: ["UTILITY", "EXPLAIN"],
  prepare: ["UTILITY", "PREPARE"],
  deallocate: ["UTILITY", "DEALLOCATE"],
  execute: ["DML", "SELECT"],
};

export function statementType(kind: string): {
  readonly statementType: "DDL" | "DML" | "UTILITY";
  readonly substatementType: string;
} {
  const isUtility = kind.startsWith("show") || kind.startsWith("describe");
  const [statementType, substatementType] = types[kind] ?? [
    isUtility ? "UTILITY" : "DDL",
    kind.toUpperCase().replaceAll("-", "_"),
  ];
  return { statementType, substatementType };
}

/** Statements that put no result: their rows are in files of their own, which a manifest lists. */
const writing = ["create-table-as", "insert", "unload", "merge", "update", "delete"];

/** The end of the name of a statement's result. */
export const resultEnding = (kind: string): ".csv" | ".txt" | "" => {
  if (writing.includes(kind)) return "";
  return kind in types && kind !== "prepare" && kind !== "deallocate" && kind !== "explain" ? ".csv" : ".txt";
};
