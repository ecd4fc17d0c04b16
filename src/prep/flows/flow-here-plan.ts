/** What a flow is exported to that its data must be there for: the columns, and what steps learn, are in it. */
export const localExports = ["python", "notebook", "sql", "transform"] as const;
export type LocalExport = (typeof localExports)[number];

/** What the program that does a flow on this machine is told (`src/runtimes/prep/flow-here.ts`). */
export interface FlowHerePlan {
  /** The flow's file. */
  readonly file: string;
  /** Values of the flow's parameters. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The file or folder of each source, by its name. */
  readonly sources: Readonly<Record<string, string>>;
  /** The Python in which code of the flow runs. */
  readonly python: string;
  readonly refit: boolean;
  /** The outputs that are wanted: "NODE.OUTPUT". */
  readonly wanted: readonly string[];
  readonly does:
    | { readonly kind: "run"; readonly folder: string }
    | {
        readonly kind: "export";
        readonly to: LocalExport;
        readonly path: string;
        /** Of a transform: the column that is not there when rows are predicted, and others that answers do not have. */
        readonly target?: string;
        readonly without: readonly string[];
      };
}
