import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, it } from "vitest";
import type { ExportedFlow } from "../../prep/flows/export/export-step.ts";
import { sqlScript } from "../../prep/flows/export/sql-script.ts";
import { FlowFault } from "../../prep/flows/flow.ts";
import { exampleFlows, writtenRows } from "./example-flows.fixture.ts";
import { learnFlow } from "./export-flow.ts";

it("a script of SQL gives in plain DuckDB what the flow gives, for every example of every unit", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sql-script-"));
  const wrong: string[] = [];
  const refused = new Set<string>();
  try {
    for (const [index, flow] of (await exampleFlows(folder)).entries()) {
      const place = join(folder, `${index}`, "out");
      mkdirSync(place, { recursive: true });
      const wanted = await writtenRows(flow, join(folder, `${index}`));
      const { exported } = await flow.with((run) => learnFlow("example.flow", run));
      const script = scriptOf(exported)?.replaceAll(/^TO '/gm, `TO '${place}/`);
      if (script === undefined) {
        refused.add(flow.title.split(": ")[0]!);
        continue;
      }
      const plain = await DuckDBInstance.create(":memory:", { threads: "1" });
      const connection = await plain.connect();
      try {
        await connection.run(script);
        for (const [output, text] of wanted) {
          const given = readFileSync(join(place, `${output}.csv`), "utf8");
          const lines = (rows: string) => (flow.example.anyOrder ? rows.split("\n").sort().join("\n") : rows);
          if (lines(given) !== lines(text)) wrong.push(`${flow.title}\n${given}\nin place of\n${text}`);
        }
      } catch (error) {
        wrong.push(`${flow.title}: ${(error as Error).message}`);
      } finally {
        connection.closeSync();
        plain.closeSync();
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  console.log(`Refused, as they call functions of ours: ${[...refused].join(", ") || "none"}.`);
  expect(wrong).toEqual([]);
}, 300_000);

/** Undefined for what DuckDB by itself cannot do. */
function scriptOf(exported: ExportedFlow): string | undefined {
  try {
    return sqlScript(exported, "1");
  } catch (fault) {
    if (fault instanceof FlowFault && /a function that DuckDB by itself does not have/.test(fault.message)) return;
    throw fault;
  }
}
