import { homedir } from "node:os";
import { join } from "node:path";
import { shellWord } from "../base/shell-word.ts";
import type { WireResponse } from "../wire/wire.ts";
import type { Front, Running, ServerStatus } from "./front.ts";
import { homePageStyle } from "./home-page-style.ts";

/**
 * The page that a browser gets on `/`: what Sagebrush is, the lines to use it, and what runs now. It needs no key, so
 * it shows no secret, and it shows what runs only to a browser on this machine.
 */
export const homePage: Front<"status" | "running"> = {
  unit: "front",
  name: "home-page",
  uses: ["status", "running"],
  // ListBuckets of S3 has the same path, but is signed; unsigned it comes from an AWS SDK, which gives each call an id.
  serves: ({ method, path, query, headers }) =>
    (method === "GET" || method === "HEAD") &&
    path === "/" &&
    query === "" &&
    headers.authorization === undefined &&
    headers["amz-sdk-invocation-id"] === undefined,
  identify: (request) => request.anyone([]),
  async handle({ head, local }, { server }): Promise<WireResponse> {
    const page = render(server.status(), local ? await server.running() : undefined);
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

/** `running` is undefined for a browser on another machine, which is shown neither names nor folders. */
function render(status: ServerStatus, running: readonly Running[] | undefined): string {
  const isDefaultHome = status.home === join(homedir(), ".sagebrush");
  const home = isDefaultHome || running === undefined ? "" : ` --home ${asText(shellWord(status.home))}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sagebrush</title>
<style>${homePageStyle}</style>
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
      `<tr><td>${asText(what)}</td><td class="name">${asText(name)}</td><td><span class="status ${tone(status)}">${asText(status)}</span></td><td>${time(since)}</td></tr>`,
  );
  const table = `<div class="wide"><table>
<thead><tr><th>Kind</th><th>Name</th><th>Status</th><th>Created (UTC)</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table></div>`;
  return `<section>
<h2>What runs now <small>in ${asText(region)}</small></h2>
${running.length === 0 ? '<p class="none">Nothing runs.</p>' : table}
</section>`;
}

/** Returns the class that colours a status: in service, failed, or under way. */
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
