import { execFileSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { scriptEnvironmentsFolder } from "../../../tools/python-environments.ts";
import type { ExportedFlow } from "../../prep/flows/export/export-step.ts";
import { pandasScript } from "../../prep/flows/export/pandas-script.ts";
import { FlowFault } from "../../prep/flows/flow.ts";
import { type ExampleFlow, exampleFlows, writtenRows } from "./example-flows.fixture.ts";
import { flowFunctions, learnFlow } from "./export-flow.ts";

/** One with pandas 1.5, and one with pandas 2: `npm test` makes both. What a job added to one lies above it, under a longer name. */
const pythons = ["scikit-learn-1.2", "xgboost-3.0"].flatMap((name) =>
  globSync(`${name}-????????????/bin/python`, { cwd: scriptEnvironmentsFolder }).map((path) =>
    join(scriptEnvironmentsFolder, path),
  ),
);

it.skipIf(pythons.length === 0)(
  "a script of pandas gives what the flow gives, byte for byte, for every example of every unit",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "pandas-script-"));
    const refused = new Set<string>();
    try {
      const cases: { flow: ExampleFlow; place: string; wanted: ReadonlyMap<string, string> }[] = [];
      for (const [index, flow] of (await exampleFlows(folder)).entries()) {
        const place = join(folder, `${index}`, "out");
        mkdirSync(place, { recursive: true });
        const wanted = await writtenRows(flow, join(folder, `${index}`));
        const { exported } = await flow.with((run) => learnFlow("example.flow", run));
        const script = scriptOf(exported);
        if (script === undefined) {
          refused.add(flow.title.split(": ")[0]!);
          continue;
        }
        writeFileSync(join(place, "script.py"), script);
        cases.push({ flow, place, wanted });
      }
      console.log(`Refused, as pandas cannot say them: ${[...refused].join(", ") || "none"}.`);
      const units = new Set(cases.map(({ flow }) => flow.title.split(": ")[0]));
      for (const python of pythons) {
        const program = join(import.meta.dirname, "python", "run_examples.fixture.py");
        const said = execFileSync(python, [program, ...cases.map(({ place }) => place)], { encoding: "utf8" });
        expect(JSON.parse(said.trim().split("\n").at(-1)!)).toEqual({});
        const wrong = cases.flatMap(({ flow, place, wanted }) =>
          [...wanted].flatMap(([output, text]) => {
            const given = readFileSync(join(place, `${output}.csv`), "utf8");
            const lines = (rows: string) => (flow.example.anyOrder ? rows.split("\n").sort().join("\n") : rows);
            return lines(given) === lines(text) ? [] : [`${flow.title}\n${given}\nin place of\n${text}`];
          }),
        );
        expect(wrong).toEqual([]);
        console.log(`${cases.length} examples of ${units.size} units are the same in ${python}.`);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  400_000,
);

/** Undefined for what pandas cannot say. */
function scriptOf(exported: ExportedFlow): string | undefined {
  try {
    return pandasScript(exported, flowFunctions());
  } catch (fault) {
    if (fault instanceof FlowFault && /[Ss]cripts? of pandas/.test(fault.message)) return;
    throw fault;
  }
}
