/** What an engine's run is told when it starts: JSON in this file below /opt/ml. */
export const enginePlanFile = "engine-plan.json";

/** The socket below /opt/ml at which the engine takes statements. */
export const engineSocket = "engine.socket";

/** The folder, below the run's own, in which the server puts the files of tables. */
export const tablesFolder = "tables";

export interface EnginePlan {
  readonly engine: "duckdb";
  readonly memoryBytes: number;
  readonly spillBytes: number;
  readonly threads: number;
  /** Whether the engine runs in the run's inner sandbox. */
  readonly inside: boolean;
}
