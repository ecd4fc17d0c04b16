/**
 * `npm run bench [NAME[=ARGUMENT] ...]`: each benchmark runs Sagebrush and a peer in turn on the same work, checks that their
 * answers agree and prints the ratio. Nothing here fails because a machine is slow; it fails when answers differ.
 */
const benchmarks: Readonly<Record<string, () => Promise<{ run(argument?: string): Promise<void> }>>> = {
  beside: () => import("./beside.ts"),
  "cold-start": () => import("./cold-start.ts"),
  "control-plane": () => import("./control-plane.ts"),
  "data-in": () => import("./data-in.ts"),
  "feature-history": () => import("./feature-history.ts"),
  "feature-online": () => import("./feature-online.ts"),
  "idle-endpoints": () => import("./idle-endpoints.ts"),
  "local-mode": () => import("./local-mode/local-mode.ts"),
  insights: () => import("./insights.ts"),
  "line-delay": () => import("./line-delay.ts"),
  "log-lines": () => import("./log-lines.ts"),
  invocation: () => import("./invocation.ts"),
  "model-servers": () => import("./model-servers/model-servers.ts"),
  "other-program": () => import("./other-program.ts"),
  partitions: () => import("./partitions.ts"),
  queues: () => import("./queues.ts"),
  recipe: () => import("./recipe.ts"),
  "resource-lists": () => import("./resource-lists.ts"),
  "spark-job": () => import("./spark-job.ts"),
  "sql-small": () => import("./sql-small.ts"),
  "start-up": () => import("./start-up.ts"),
  "studio-pages": () => import("./studio-pages.ts"),
  tpch: () => import("./tpch.ts"),
  transform: () => import("./transform.ts"),
  "waiting-jobs": () => import("./waiting-jobs.ts"),
};

const needArguments = ["beside"];
const asked = process.argv.slice(2).map((word) => word.split("=", 2) as [string, string | undefined]);
const unknown = asked.map(([name]) => name).find((name) => !Object.hasOwn(benchmarks, name));
if (unknown !== undefined) {
  console.error(`There is no benchmark "${unknown}". There are: ${Object.keys(benchmarks).join(", ")}.`);
  process.exit(2);
}
const all = Object.keys(benchmarks).filter((name) => !needArguments.includes(name));
for (const [name, argument] of asked.length > 0 ? asked : all.map((name) => [name] as const)) {
  console.log(`\n== ${name} ==`);
  await (await benchmarks[name]!()).run(argument);
}
