import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { Status } from "../values/status.tsx";
import { ResultView } from "./result-view.tsx";
import { SaveAsTable } from "./save-as-table.tsx";
import { placeIn } from "./statements.ts";
import type { Run } from "./use-runs.ts";

interface Props {
  readonly runs: readonly Run[];
  readonly database: string | undefined;
  readonly onPlace: (run: Run) => void;
  /** Asks a statement over the rows of a run: where that was asked. */
  readonly onAsk: (statement: string, run: Run) => void;
}

/** The statements that were asked together, and the result of the one that is chosen: the last that has begun. */
export function RunResults({ runs, database, onPlace, onAsk }: Props) {
  const [chosen, setChosen] = useState<string>();
  const [saving, setSaving] = useState<Run>();
  const begun = runs.findLast(({ id, refusal }) => id !== undefined || refusal !== undefined);
  const shown = runs.find(({ id }) => id !== undefined && id === chosen) ?? begun ?? runs[0];
  if (!shown) return <Box color="text-body-secondary">Rows appear here when a statement has run.</Box>;
  const { statement, refusal } = shown;
  const hasPlace = refusal !== undefined && placeIn(statement.text, refusal) !== undefined;
  return (
    <SpaceBetween size="m">
      {runs.length > 1 && (
        <ol className="sql-runs">
          {runs.map((run, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: one statement may be asked twice
            <li key={index}>
              <Button variant="inline-link" disabled={run.id === undefined} onClick={() => setChosen(run.id)}>
                {run.statement.text.slice(0, 60)}
              </Button>{" "}
              {run.id === undefined && run.refusal === undefined ? (
                "not asked"
              ) : (
                <Status value={run.query?.Status?.State ?? (run.refusal === undefined ? "QUEUED" : "FAILED")} />
              )}
            </li>
          ))}
        </ol>
      )}
      <ResultView
        key={shown.id}
        run={shown}
        onPlace={hasPlace ? () => onPlace(shown) : undefined}
        actions={<Button onClick={() => setSaving(shown)}>Save as table</Button>}
      />
      {saving !== undefined && (
        <SaveAsTable
          statement={saving.statement.text}
          database={database}
          onCancel={() => setSaving(undefined)}
          onSave={(asked) => {
            setSaving(undefined);
            onAsk(asked, saving);
          }}
        />
      )}
    </SpaceBetween>
  );
}
