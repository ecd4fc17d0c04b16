import type { QueryExecution } from "@aws-sdk/client-athena";
import { useEffect, useRef, useState } from "react";
import { followQuery, type QuerySettings, startQuery, stopQuery } from "./run-query.ts";
import type { Statement } from "./statements.ts";

/** A statement that was asked from the editor, and what has become of it. */
export interface Run {
  readonly statement: Statement;
  /** Absent before it is asked, and where it was refused at once. */
  readonly id?: string;
  readonly query?: QueryExecution;
  /** Why it was not asked, or has failed. */
  readonly refusal?: string;
}

const succeeded = ({ query }: Run) => query?.Status?.State === "SUCCEEDED";

export interface Runs {
  readonly runs: readonly Run[];
  readonly isRunning: boolean;
  /** Asks statements one after the other, up to the first that fails. Returns the last that was asked. */
  start(statements: readonly Statement[], settings: QuerySettings): Promise<Run | undefined>;
  /** Cancels the one that goes on; those after it are not asked. */
  cancel(): Promise<void>;
  /** Shows a query that has ended before. */
  show(run: Run): void;
  /** Shows one that goes on, to its end. */
  follow(run: Run & { readonly id: string }): Promise<void>;
}

export function useRuns(): Runs {
  const [runs, setRuns] = useState<readonly Run[]>([]);
  const [isRunning, setRunning] = useState(false);
  const current = useRef<{ id?: string; isCancelled: boolean }>({ isCancelled: true });
  // What nobody looks at any more is not followed; it goes on, and stands among the queries.
  useEffect(
    () => () => {
      current.current = { isCancelled: true };
    },
    [],
  );
  const toEnd = async (begun: Run, id: string, told: (run: Run) => void): Promise<Run> => {
    const round = current.current;
    const query = await followQuery(
      id,
      (seen) => told({ ...begun, query: seen }),
      () => current.current === round,
    );
    const refusal = query.Status?.State === "SUCCEEDED" ? undefined : query.Status?.StateChangeReason;
    return { ...begun, query, ...(refusal !== undefined && { refusal }) };
  };
  const ask = async (statement: Statement, settings: QuerySettings, told: (run: Run) => void): Promise<Run> => {
    const round = current.current;
    let run: Run = { statement };
    try {
      const id = await startQuery(statement.text, settings);
      round.id = id;
      run = { statement, id };
      told(run);
      if (round.isCancelled) await stopQuery(id);
      run = await toEnd(run, id, told);
    } catch (error) {
      run = { ...run, refusal: (error as Error).message };
    }
    told(run);
    return run;
  };
  return {
    runs,
    isRunning,
    async start(statements, settings) {
      const round = { isCancelled: false };
      current.current = round;
      let all: Run[] = statements.map((statement) => ({ statement }));
      setRuns(all);
      setRunning(true);
      let last: Run | undefined;
      for (const [index, statement] of statements.entries()) {
        if (round.isCancelled) break;
        last = await ask(statement, settings, (run) => {
          all = all.with(index, run);
          if (current.current === round) setRuns(all);
        });
        if (!succeeded(last)) break;
      }
      if (current.current === round) setRunning(false);
      return last;
    },
    async cancel() {
      const round = current.current;
      round.isCancelled = true;
      if (round.id) await stopQuery(round.id);
    },
    show(run) {
      current.current = { isCancelled: true };
      setRunning(false);
      setRuns([run]);
    },
    async follow(run) {
      const round = { id: run.id, isCancelled: false };
      current.current = round;
      const told = (seen: Run) => current.current === round && setRuns([seen]);
      told(run);
      setRunning(true);
      try {
        told(await toEnd(run, run.id, told));
      } finally {
        if (current.current === round) setRunning(false);
      }
    },
  };
}
