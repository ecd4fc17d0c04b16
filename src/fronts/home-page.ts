import { homedir } from "node:os";
import { join } from "node:path";
import { guidePage, guidePath } from "../base/guide-path.ts";
import { shellWord } from "../base/shell-word.ts";
import type { WireResponse } from "../wire/wire.ts";
import { asText } from "./as-text.ts";
import type { Activity, Front, ServerStatus, Shown } from "./front.ts";
import { homePageStyle } from "./home-page-style.ts";

const reloadSeconds = 5;

/**
 * The page that a browser gets on `/`: what Sagebrush is, the lines to use it, what runs now and what ended lately. It
 * needs no key, so it shows no secret, and it shows what runs only to a browser on this machine.
 */
export const homePage: Front<"status" | "activity"> = {
  unit: "front",
  name: "home-page",
  uses: ["status", "activity"],
  path: "/",
  // ListBuckets of S3 has the same path, but is signed; unsigned it comes from an AWS SDK, which gives each call an id.
  serves: ({ method, query, headers }) =>
    (method === "GET" || method === "HEAD") &&
    query === "" &&
    headers.authorization === undefined &&
    headers["amz-sdk-invocation-id"] === undefined,
  callers: "anyone",
  identify: (request) => request.anyone([]),
  async handle({ head, local }, { server }): Promise<WireResponse> {
    const page = render(server.status(), local ? await server.activity() : undefined);
    return {
      status: 200,
      headers: {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        "Cache-Control": "no-store",
      },
      ...(head.method === "GET" && { body: page }),
    };
  },
};

/** `activity` is undefined for a browser on another machine, which is shown neither names nor folders. */
function render(status: ServerStatus, activity: Activity | undefined): string {
  const isDefaultHome = status.home === join(homedir(), ".sagebrush");
  const home = isDefaultHome || activity === undefined ? "" : ` --home ${asText(shellWord(status.home))}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${activity === undefined ? "" : `<meta http-equiv="refresh" content="${reloadSeconds}">\n`}<title>Sagebrush</title>
<style>${homePageStyle}</style>
</head>
<body>
<header>
<div>
<h1>Sagebrush <span class="ready">Ready</span></h1>
<p>An open, self-hosted Amazon SageMaker that really runs the work. AWS clients reach it at this address.</p>
<nav><a href="${guidePath}">Guide</a><a href="${guidePage("xgboost")}">XGBoost</a><a href="${guidePage("refused")}">What is refused</a><a href="${guidePage("operation")}">Running it for others</a></nav>
<dl>
<div><dt>Address</dt><dd>${asText(status.url)}</dd></div>
<div><dt>Account</dt><dd>${asText(status.account)}</dd></div>
<div><dt>Region</dt><dd>any</dd></div>
<div><dt>Version</dt><dd>${asText(status.version)}</dd></div>
</dl>
</div>
</header>
<main>
${activity === undefined ? "" : renderActivity(activity, status.region)}
<section>
<h2>Use it</h2>
<p>In the folder of Sagebrush, point every AWS client of a shell at this server:</p>
<pre>eval "$(bin/sagebrush env${home})"
aws sagemaker list-training-jobs</pre>
<p>Or run one command with it, here a program that uses the SageMaker Python SDK:</p>
<pre>bin/sagebrush exec${home} -- python examples/xgboost_sdk.py</pre>
<p>A client that is set up by hand needs <code>AWS_ENDPOINT_URL=${asText(status.url)}</code>, a region, and the
administrator's key, which <code>env</code> prints.</p>
</section>
</main>
</body>
</html>
`;
}

function renderActivity({ running, ended }: Activity, region: string): string {
  return `<section>
<h2>Running</h2>
${running.length === 0 ? '<p class="none">Nothing runs.</p>' : table(running, "Created (UTC)", region)}
</section>
${ended.length === 0 ? "" : `<section>\n<h2>Ended lately</h2>\n${table(ended, "Ended (UTC)", region)}\n</section>`}`;
}

/** Regions have a column when one is not the setting's. */
function table(rows: readonly Shown[], when: string, region: string): string {
  const columns: [title: string, cell: (row: Shown) => string][] = [
    ["Kind", ({ what }) => asText(what)],
    ["Name", nameAndReason],
    ["Region", (row) => asText(row.region ?? "all")],
    ["Status", ({ status, tone }) => `<span class="status ${tone ?? "under-way"}">${asText(status)}</span>`],
    [when, ({ since }) => time(since)],
  ];
  const isAbroad = rows.some((row) => row.region !== undefined && row.region !== region);
  const shown = columns.filter(([title]) => title !== "Region" || isAbroad);
  // A narrow screen shows each row as a list, with these titles.
  const cells = (row: Shown) => shown.map(([title, cell]) => `<td data-title="${title}">${cell(row)}</td>`).join("");
  return `<table>
<thead><tr>${shown.map(([title]) => `<th>${title}</th>`).join("")}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${cells(row)}</tr>`).join("\n")}
</tbody>
</table>`;
}

const nameAndReason = ({ name, reason }: Shown): string =>
  `<span><span class="name">${asText(name)}</span>${reason ? `<span class="reason">${asText(reason)}</span>` : ""}</span>`;

const time = (date: Date): string => date.toISOString().slice(0, 19).replace("T", " ");
