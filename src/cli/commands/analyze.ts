import { analysisCatalogue } from "../../prep/catalogue.ts";
import type { AnalysisResult } from "../../prep/do-analysis.ts";
import { analysisPage, lookedWords } from "../../prep/insights/page/analysis-page.ts";
import { analysisParameters } from "../analysis/analysis-parameters.ts";
import { drawPicture } from "../analysis/draw-picture.ts";
import { findingLines } from "../analysis/finding-lines.ts";
import { lookAtTable } from "../analysis/look-at-table.ts";
import { givenTable, tableNotes, tableOptions } from "../analysis/table-source.ts";
import { checkPlaces, writeTo } from "../analysis/write-to.ts";
import { createApiClient } from "../api-client.ts";
import { CommandError, defineCommand } from "../define-command.ts";
import { needServer, settingsOf } from "../running-server.ts";

export const analyze = defineCommand({
  name: "analyze",
  summary:
    "Looks at a table with an analysis of Data Wrangler: histogram, table summary, feature correlation and others.",
  options: {
    html: { value: "FILE", words: "writes what is found as a page of HTML, with its picture; - is stdout" },
    json: { value: "FILE", words: "writes what is found as JSON, with its picture; - is stdout" },
    picture: { value: "FILE", words: "writes the picture as a specification of Vega-Lite; - is stdout" },
    ...tableOptions,
  },
  words: "ANALYSIS [TABLE] [NAME=VALUE...]",
  notes: `The analyses and their parameters: docs/reference/analyses.md. ${tableNotes}`,
  async run(given) {
    const [name, ...words] = given.words;
    checkPlaces(given.options, ["html", "json", "picture"]);
    if (name === undefined) throw new CommandError("analyze takes an ANALYSIS and a TABLE.", 2);
    // With --query every further word is a parameter.
    const table = given.options.query === undefined || !words[0]?.includes("=") ? words.shift() : undefined;
    const look = {
      operator: name,
      title: name.replaceAll("_", "-"),
      parameters: analysisParameters(name, words, analysisCatalogue),
      source: givenTable("analyze", table, given),
    };
    const stopping = new AbortController();
    process.once("SIGINT", () => stopping.abort());
    process.once("SIGTERM", () => stopping.abort());
    const server = () => createApiClient(needServer(settingsOf(given)), process.env);
    const found = (await lookAtTable(look, server, stopping.signal)) as unknown as AnalysisResult;
    const { html, json, picture } = given.options;
    if (picture !== undefined && found.picture === undefined)
      throw new CommandError(`${found.title} has no picture; give --json or --html.`, 2);
    if (json !== undefined) writeTo(json, `${JSON.stringify(found, null, 1)}\n`);
    if (picture !== undefined) writeTo(picture, `${JSON.stringify(found.picture, null, 1)}\n`);
    if (html !== undefined) writeTo(html, analysisPage(found, found.picture && (await drawPicture(found.picture))));
    if ([html, json, picture].includes("-")) return 0;
    console.log(`${found.title} of ${lookedWords(found.rows)}.`);
    for (const line of [...found.notes, ...findingLines(found.data)]) console.log(line);
    return 0;
  },
});
