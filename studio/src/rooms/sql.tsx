import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { useEffect, useRef, useState } from "react";
import { useSearchParams } from "react-router";
import { defineRoom } from "../declare/define-room.ts";
import { deferred } from "../frame/deferred.tsx";
import { notifyFailure } from "../frame/notices.tsx";
import { CatalogTree } from "../sql/catalog-tree.tsx";
import type { Editor } from "../sql/create-editor.ts";
import { keepDraft, keptDraft } from "../sql/kept-draft.ts";
import { PastQueries } from "../sql/past-queries.tsx";
import { hasEnded, readQuery } from "../sql/run-query.ts";
import { RunResults } from "../sql/run-results.tsx";
import { SaveQuery } from "../sql/save-query.tsx";
import { SettingsBar } from "../sql/settings-bar.tsx";
import { placeIn, type Statement, statementAt, statementsIn } from "../sql/statements.ts";
import { outputProblem, ownPlace, readOutput, useOutput } from "../sql/use-output.ts";
import { type Run, useRuns } from "../sql/use-runs.ts";
import "../sql/sql.css";

export const sql = defineRoom({ title: "SQL", area: "SQL", Page });

// The editor is loaded when the room is opened.
const SqlEditor = deferred(() => import("../sql/sql-editor.tsx"));

function Page() {
  const [search, setSearch] = useSearchParams();
  const editor = useRef<Editor>(undefined);
  const [kept] = useState(keptDraft);
  const [text, setText] = useState(search.get("text") ?? kept.text);
  const [workGroup, setWorkGroup] = useState(search.get("workGroup") ?? kept.workGroup);
  const [database, setDatabase] = useState(search.get("database") ?? kept.database);
  const [isChecked, setChecked] = useState(false);
  const [saving, setSaving] = useState<Statement>();
  const [tab, setTab] = useState("Results");
  const output = useOutput(workGroup);
  const runs = useRuns();
  useEffect(() => keepDraft({ text, workGroup, database }), [text, workGroup, database]);

  const run = async (statements: readonly Statement[], into = database) => {
    setChecked(true);
    if (statements.length === 0) return;
    const place = await readOutput(workGroup).catch(() => undefined);
    if (place && outputProblem(place.location) !== undefined) return;
    editor.current?.mark(undefined);
    setTab("Results");
    const last = await runs.start(statements, { workGroup, database: into, output: place && ownPlace(place) });
    if (last) goToPlace(last);
  };
  const goToPlace = ({ statement, refusal }: Run) => {
    const place = refusal === undefined ? undefined : placeIn(statement.text, refusal);
    // The text may be another one by now.
    const isThere = editor.current?.text().slice(statement.from, statement.to) === statement.text;
    if (place !== undefined && isThere) editor.current?.mark(statement.from + place);
  };
  const chosen = (): readonly Statement[] => {
    const { from, to } = editor.current?.selection() ?? { from: 0, to: 0 };
    // What was typed last may not be drawn yet.
    const written = editor.current?.text() ?? text;
    if (from === to) return [statementAt(written, from)].filter((one) => one !== undefined);
    return statementsIn(written.slice(from, to)).map((one) => ({ ...one, from: one.from + from, to: one.to + from }));
  };
  const open = async (id: string) => {
    try {
      const query = await readQuery(id);
      const statement = { text: query.Query!, from: 0, to: query.Query!.length };
      if (editor.current) editor.current.replace(statement.text);
      else setText(statement.text);
      setWorkGroup(query.WorkGroup ?? workGroup);
      setDatabase(query.QueryExecutionContext?.Database ?? database);
      setTab("Results");
      const refusal = query.Status?.State === "SUCCEEDED" ? undefined : query.Status?.StateChangeReason;
      if (hasEnded(query)) runs.show({ statement, id, query, ...(refusal !== undefined && { refusal }) });
      else await runs.follow({ statement, id, query });
    } catch (error) {
      notifyFailure("The query could not be opened.", error);
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what an address asks for is done once
  useEffect(() => {
    if (search.size === 0) return;
    const { database: into, workGroup: group, query, text: given } = Object.fromEntries(search);
    if (into !== undefined) setDatabase(into);
    if (group !== undefined) setWorkGroup(group);
    if (given !== undefined) editor.current?.replace(given);
    if (query !== undefined) void open(query);
    // From then on the room goes its own way.
    setSearch({}, { replace: true });
  }, [search]);

  const all = statementsIn(text);
  return (
    <SpaceBetween size="m">
      <Header variant="h1" description="Ask files in S3 where they lie, as tables of the Data Catalog.">
        SQL
      </Header>
      <div className="sql-room">
        <CatalogTree database={database} onName={(name) => editor.current?.insert(name)} />
        <SpaceBetween size="m">
          <SettingsBar
            {...{ workGroup, database, output, isChecked }}
            onWorkGroup={setWorkGroup}
            onDatabase={setDatabase}
          />
          <SqlEditor
            text={text}
            database={database}
            onRun={() => void run(chosen())}
            onChange={setText}
            onReady={(ready) => {
              editor.current = ready;
            }}
          />
          <SpaceBetween direction="horizontal" size="xs" alignItems="center">
            <Button variant="primary" loading={runs.isRunning} onClick={() => void run(chosen())}>
              Run
            </Button>
            {all.length > 1 && (
              <Button disabled={runs.isRunning} onClick={() => void run(all)}>
                Run all {all.length}
              </Button>
            )}
            <Button
              disabled={!runs.isRunning}
              onClick={() => void runs.cancel().catch((error) => notifyFailure("It could not be cancelled.", error))}
            >
              Cancel
            </Button>
            <Button
              disabled={all.length === 0 || database === undefined}
              disabledReason={database === undefined ? "Choose a database" : "Write a statement"}
              onClick={() => setSaving(chosen()[0])}
            >
              Save statement
            </Button>
            <p className="sql-hint">
              Ctrl+Enter (on a Mac Cmd+Enter) runs the statement or the selection. Escape, then Tab, leaves the editor.
            </p>
          </SpaceBetween>
          <Tabs
            ariaLabel="Results and queries"
            activeTabId={tab}
            onChange={({ detail }) => setTab(detail.activeTabId)}
            tabs={[
              {
                id: "Results",
                label: "Results",
                content: (
                  <RunResults
                    runs={runs.runs}
                    database={database}
                    onPlace={goToPlace}
                    onAsk={(asked, { query }) =>
                      void run([{ text: asked, from: 0, to: asked.length }], query?.QueryExecutionContext?.Database)
                    }
                  />
                ),
              },
              {
                id: "Queries",
                label: "Queries",
                content: (
                  <PastQueries workGroup={workGroup} onOpen={({ QueryExecutionId }) => void open(QueryExecutionId!)} />
                ),
              },
            ]}
          />
        </SpaceBetween>
      </div>
      {saving && (
        <SaveQuery
          statement={saving.text}
          database={database!}
          workGroup={workGroup}
          onEnd={() => setSaving(undefined)}
        />
      )}
    </SpaceBetween>
  );
}
