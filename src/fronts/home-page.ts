import { homedir } from "node:os";
import { join } from "node:path";
import { shellWord } from "../base/shell-word.ts";
import type { WireResponse } from "../wire/wire.ts";
import type { Front, ServerStatus } from "./front.ts";
import { type Running, whatRuns } from "./what-runs.ts";

/**
 * The page a browser gets on `/`: what this is, the lines to use it, and what runs now. It needs no key, so it holds no
 * secret, and what runs is shown to a browser on this machine alone.
 */
export const homePage: Front = {
  name: "home-page",
  // ListBuckets of S3 has the same path, but is signed; unsigned it comes from an AWS SDK, which gives each call an id.
  serves: ({ method, path, query, headers }) =>
    (method === "GET" || method === "HEAD") &&
    path === "/" &&
    query === "" &&
    headers.authorization === undefined &&
    headers["amz-sdk-invocation-id"] === undefined,
  caller: "anyone",
  async handle({ head, local }, context): Promise<WireResponse> {
    const page = render(context.status(), local ? await whatRuns(context.call) : undefined);
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

/** `running` is undefined for a browser elsewhere, which learns neither names nor folders. */
function render(status: ServerStatus, running: readonly Running[] | undefined): string {
  const isDefaultHome = status.home === join(homedir(), ".sagebrush");
  const home = isDefaultHome || running === undefined ? "" : ` --home ${asText(shellWord(status.home))}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sagebrush</title>
<style>${style}</style>
</head>
<body>
<header>
<div>
<h1>Sagebrush <span class="ready">Ready</span></h1>
<p>An open, self-hosted Amazon SageMaker that really runs the work. AWS clients reach it at this address.</p>
<dl>
<div><dt>Address</dt><dd>${asText(status.url)}</dd></div>
<div><dt>Account</dt><dd>${asText(status.account)}</dd></div>
<div><dt>Region</dt><dd>any</dd></div>
<div><dt>Version</dt><dd>${asText(status.version)}</dd></div>
</dl>
</div>
</header>
<main>
${running === undefined ? "" : renderRunning(running, status.region)}
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

function renderRunning(running: readonly Running[], region: string): string {
  const rows = running.map(
    ({ what, name, status, since }) =>
      `<tr><td>${what}</td><td class="name">${asText(name)}</td><td><span class="status ${tone(status)}">${asText(status)}</span></td><td>${time(since)}</td></tr>`,
  );
  const table = `<div class="wide"><table>
<thead><tr><th>Kind</th><th>Name</th><th>Status</th><th>Created (UTC)</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table></div>`;
  return `<section>
<h2>What runs now <small>in ${asText(region)}</small></h2>
${running.length === 0 ? '<p class="none">No training job and no endpoint.</p>' : table}
</section>`;
}

/** The colour of a status: at rest, failed, or under way. */
const tone = (status: string): string =>
  status === "InService" ? "good" : /Failed/.test(status) ? "bad" : "under-way";

const time = (date: Date): string => date.toISOString().slice(0, 19).replace("T", " ");

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const asText = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]!);

const style = `
:root { color-scheme: light dark; font: 16px/1.55 system-ui, sans-serif; --text: #22302a; --soft: #5c6b63; --page: #f4f6f2; --card: #fff; --line: #dce3dc; --code: #f0f4ef; --head: #2f5447; --good: #2b7a4b; --bad: #b3372c; --under-way: #8a6210; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e2e9e4; --soft: #9dada4; --page: #121815; --card: #1a221e; --line: #2d3933; --code: #121815; --head: #1e3a30; --good: #6fc990; --bad: #f0877c; --under-way: #e0b45c; }
}
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: var(--page); }
header { color: #fff; background: var(--head); }
header > div, main { max-width: 52rem; margin: 0 auto; padding: 0 1.25rem; }
header > div { padding-top: 2.25rem; padding-bottom: 2rem; }
header p { max-width: 38rem; margin: .5rem 0 1.5rem; color: #dfeae3; }
h1 { display: flex; flex-wrap: wrap; gap: .3rem .9rem; align-items: center; margin: 0; font-size: 2rem; line-height: 1.2; letter-spacing: -.01em; }
h2 { margin: 0 0 .8rem; font-size: 1.1rem; }
h2 small { font-size: .9rem; font-weight: normal; color: var(--soft); }
.ready { padding: .15rem .7rem; border-radius: 1rem; background: #fff2; font-size: .85rem; font-weight: 600; letter-spacing: 0; }
.ready::before { content: ""; display: inline-block; width: .55rem; height: .55rem; margin-right: .45rem; border-radius: 50%; background: #7fdca3; }
dl { display: flex; flex-wrap: wrap; gap: .8rem 2.5rem; margin: 0; }
dt { font-size: .8rem; color: #b9cfc3; }
dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
main { padding-top: 1.5rem; padding-bottom: 3rem; }
section { margin-bottom: 1.25rem; padding: 1.25rem 1.5rem; border: 1px solid var(--line); border-radius: .6rem; background: var(--card); }
section p { margin: 1rem 0 .5rem; }
section h2 + p { margin-top: 0; }
section p:last-child { margin-bottom: 0; }
.none { color: var(--soft); }
code, pre, .name { font-family: ui-monospace, monospace; font-size: .875rem; }
pre { margin: .5rem 0; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .4rem; background: var(--code); overflow-x: auto; }
code { overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { font-size: .8rem; font-weight: normal; color: var(--soft); }
th, td { padding: .5rem 1.25rem .5rem 0; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
tbody tr:last-child td { border-bottom: 0; }
.name { min-width: 12rem; white-space: normal; overflow-wrap: anywhere; }
.status { font-weight: 600; }
.good { color: var(--good); }
.bad { color: var(--bad); }
.under-way { color: var(--under-way); }
`;
