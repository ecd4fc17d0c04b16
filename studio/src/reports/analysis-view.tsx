import Alert from "@cloudscape-design/components/alert";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo } from "react";
import type { AnalysisResult } from "../../../src/prep/do-analysis.ts";
import { findingTables } from "../../../src/prep/insights/page/finding-tables.ts";
import { countText } from "../../../src/prep/insights/page/html.ts";
import { deferred } from "../frame/deferred.tsx";
import { CodeBlock } from "../values/code-block.tsx";
import { number } from "../values/format.ts";
import { ReportView } from "./report-view.tsx";

const Picture = deferred(() => import("./analysis-picture-drawn.tsx"));

/** What an analysis found: its picture, what could not be worked out, its figures as tables. */
export function AnalysisView({ result }: { readonly result: AnalysisResult }) {
  const { data, notes, picture, rows, title } = result;
  const tables = useMemo(() => findingTables(title, data), [title, data]);
  const looked =
    rows.method === "all"
      ? `It is of all ${countText(rows.used, "row")}.`
      : `It is of ${number(rows.used)} of ${countText(rows.table, "row")}, drawn with the seed ${rows.seed}.`;
  return (
    <SpaceBetween size="l">
      <div>{looked}</div>
      {notes.length > 0 && (
        <Alert type="warning" header="What could not be worked out">
          <ul className="plain">
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </Alert>
      )}
      {picture && (
        <Container>
          <Picture picture={picture} title={title} />
        </Container>
      )}
      <ReportView page={tables} />
      <ExpandableSection headerText="How it was asked for">
        <CodeBlock label="Parameters" text={JSON.stringify(result.parameters, null, 1)} />
      </ExpandableSection>
    </SpaceBetween>
  );
}
