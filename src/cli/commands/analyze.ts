import { analysisCatalogue } from "../../prep/catalogue.ts";
import type { AnalysisResult } from "../../prep/do-analysis.ts";
import { analysisParameters, tableFormats, tableSource } from "../analysis/analysis-flow.ts";
import { lookAtTable } from "../analysis/look-at-table.ts";
import { writeTo } from "../analysis/write-to.ts";
import { createApiClient } from "../api-client.ts";
import { CommandError, defineCommand } from "../define-command.ts";
import { needServer, settingsOf } from "../running-server.ts";

export const analyze = defineCommand({
  name: "analyze",
  summary:
    "Looks at a table with an analysis of Data Wrangler: histogram, table summary, feature correlation and others.",
  options: {
    json: { value: "FILE", words: "writes what is found as JSON, with its picture; - is stdout" },
    picture: { value: "FILE", words: "writes the picture as a specification of Vega-Lite; - is stdout" },
    format: { value: "FORMAT", words: `${tableFormats.join(", ")}; else told by the file's name` },
    delimiter: { value: "CHARACTER", words: "what divides the values of CSV; else a comma" },
  },
  words: "ANALYSIS FILE [NAME=VALUE...]",
  notes: `The analyses and their parameters: docs/reference/analyses.md. FILE is a file of this machine, which needs no server, or
s3://BUCKET/KEY, which is looked at by a processing job of the running server.`,
  async run(given) {
    const [name, file, ...parameters] = given.words;
    if (name === undefined || file === undefined) throw new CommandError("analyze takes an ANALYSIS and a FILE.", 2);
    const look = {
      operator: name,
      parameters: analysisParameters(name, parameters, analysisCatalogue),
      source: tableSource(file, given.options),
    };
    const stopping = new AbortController();
    process.once("SIGINT", () => stopping.abort());
    process.once("SIGTERM", () => stopping.abort());
    const server = () => createApiClient(needServer(settingsOf(given)), process.env);
    const found = (await lookAtTable(look, server, stopping.signal)) as unknown as AnalysisResult;
    const { json, picture } = given.options;
    if (picture !== undefined && found.picture === undefined)
      throw new CommandError(`${found.title} has no picture; give --json.`, 2);
    if (json !== undefined) writeTo(json, `${JSON.stringify(found, null, 1)}\n`);
    if (picture !== undefined) writeTo(picture, `${JSON.stringify(found.picture, null, 1)}\n`);
    if (json === "-" || picture === "-") return 0;
    const { rows } = found;
    console.log(
      `${found.title} of ${rows.method === "all" ? `all ${rows.used} rows` : `${rows.used} of ${rows.table} rows, drawn with the seed ${rows.seed}`}.`,
    );
    for (const note of found.notes) console.log(note);
    if (json === undefined && picture === undefined) console.log(JSON.stringify(found.data, null, 1));
    return 0;
  },
});
