import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The Wisconsin breast-cancer set, split: four fifths to train on, every fifth row held out. */
export interface DataSet {
  /** Rows as the XGBoost container wants them: no header, the label first. */
  readonly train: readonly string[];
  readonly heldOut: readonly { readonly label: number; readonly features: string }[];
}

const dataSetFile = join(import.meta.dirname, "..", "data", "breast-cancer.csv");

export function readDataSet(): DataSet {
  const rows = readFileSync(dataSetFile, "utf8").trim().split("\n").slice(1);
  const heldOut = rows.filter((_, index) => index % 5 === 0);
  return {
    train: rows.filter((_, index) => index % 5 !== 0),
    heldOut: heldOut.map((row) => {
      const comma = row.indexOf(",");
      return { label: Number(row.slice(0, comma)), features: row.slice(comma + 1) };
    }),
  };
}
