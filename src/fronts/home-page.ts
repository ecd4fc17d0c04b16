import { homedir } from "node:os";
import { join } from "node:path";
import type { WireResponse } from "../wire/wire.ts";
import type { Front, FrontContext, ServerStatus } from "./front.ts";

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
    const page = render(context.status(), local ? await whatRuns(context) : undefined);
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

interface Running {
  readonly what: string;
  readonly name: string;
  readonly status: string;
  readonly since: Date;
}

/** The newest of each kind; a page is no console. */
const shownOfEach = 20;

async function whatRuns({ call }: FrontContext): Promise<Running[]> {
  const newest = { MaxResults: shownOfEach, SortBy: "CreationTime", SortOrder: "Descending" } as const;
  const [jobs, endpoints] = await Promise.all([
    call("ListTrainingJobs", { ...newest, StatusEquals: "InProgress" }),
    call("ListEndpoints", newest),
  ]);
  return [
    ...(jobs.TrainingJobSummaries ?? []).map((job) => ({
      what: "Training job",
      name: job.TrainingJobName,
      status: job.SecondaryStatus ?? job.TrainingJobStatus,
      since: job.CreationTime,
    })),
    ...(endpoints.Endpoints ?? []).map((endpoint) => ({
      what: "Endpoint",
      name: endpoint.EndpointName,
      status: endpoint.EndpointStatus,
      since: endpoint.CreationTime,
    })),
  ];
}

/** `running` is undefined for a browser elsewhere, which learns neither names nor folders. */
function render(status: ServerStatus, running: readonly Running[] | undefined): string {
  const isDefaultHome = status.home === join(homedir(), ".sagebrush");
  const home = isDefaultHome || running === undefined ? "" : ` --home ${asText(status.home)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sagebrush</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Sagebrush</h1>
<p>An open, self-hosted Amazon SageMaker that really runs the work. AWS clients reach it at this address.</p>
<p class="ready">Ready: version ${asText(status.version)}, account ${asText(status.account)}, any region</p>
<h2>Use it</h2>
<p>In the folder of Sagebrush, point every AWS client of a shell at this server:</p>
<pre>eval "$(bin/sagebrush env${home})"
aws sagemaker list-training-jobs</pre>
<p>Or run one command with it, here a program that uses the SageMaker Python SDK:</p>
<pre>bin/sagebrush exec${home} -- python examples/xgboost_sdk.py</pre>
<p>Clients elsewhere need <code>AWS_ENDPOINT_URL=${asText(status.url)}</code>, a region and the administrator's key.</p>
${running === undefined ? "" : renderRunning(running)}
</main>
</body>
</html>
`;
}

function renderRunning(running: readonly Running[]): string {
  if (running.length === 0) return "<h2>What runs now</h2>\n<p>No training job and no endpoint.</p>";
  const rows = running.map(
    ({ what, name, status, since }) =>
      `<tr><td>${what}</td><td>${asText(name)}</td><td>${asText(status)}</td><td>${time(since)}</td></tr>`,
  );
  return `<h2>What runs now</h2>
<table>
<tr><th>Kind</th><th>Name</th><th>Status</th><th>Created (UTC)</th></tr>
${rows.join("\n")}
</table>`;
}

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
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 46rem; margin: 3rem auto; padding: 0 1rem; }
h1 { margin-bottom: 0; }
h2 { margin-top: 2rem; font-size: 1.15rem; }
.ready::before { content: ""; display: inline-block; width: .7rem; height: .7rem; margin-right: .5rem; border-radius: 50%; background: #2e9e5b; }
pre { padding: .8rem 1rem; border: 1px solid #8886; border-radius: .4rem; overflow-x: auto; }
code, pre { font-family: ui-monospace, monospace; font-size: .9rem; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .35rem .6rem .35rem 0; border-bottom: 1px solid #8884; text-align: left; overflow-wrap: anywhere; }
`;
