import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { OfferedControl } from "../form/offered-control.tsx";
import { locations } from "../form/offers/locations.ts";
import { ResultView } from "./result-view.tsx";
import { outputProblem, ownPlace, useOutput } from "./use-output.ts";
import { useRuns } from "./use-runs.ts";
import "./sql.css";

interface Props {
  readonly database: string;
  readonly text: string;
  /** What the button says. */
  readonly submit: string;
}

const workGroup = "primary";

/** One statement that a page asks when a person wants to see its rows. */
export function QueryPanel({ database, text, submit }: Props) {
  const { runs, isRunning, start } = useRuns();
  const output = useOutput(workGroup);
  const run = runs[0];
  const problem = outputProblem(output?.location ?? "");
  const ask = () =>
    void start([{ text, from: 0, to: text.length }], {
      workGroup,
      database,
      output: output && ownPlace(output),
    });
  return (
    <SpaceBetween size="m">
      <SpaceBetween direction="horizontal" size="m" alignItems="end">
        {output && !output.isGiven && (
          <FormField label="The result goes to" errorText={problem}>
            <OfferedControl
              offer={locations}
              value={output.location}
              onChange={(value) => output.choose(String(value))}
            />
          </FormField>
        )}
        <Button loading={isRunning} disabled={problem !== undefined} disabledReason={problem} onClick={ask}>
          {submit}
        </Button>
      </SpaceBetween>
      {run && <ResultView run={run} />}
    </SpaceBetween>
  );
}
