import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { HistoryPlan } from "../../base/history-plan.ts";
import { productCommand } from "../../base/product-program.ts";
import { createApiClient } from "../api-client.ts";
import { CommandError, defineCommand } from "../define-command.ts";
import { describeGroup } from "../features/describe-group.ts";
import { needServer, settingsOf } from "../running-server.ts";

const productRoot = join(import.meta.dirname, "..", "..", "..");

export const features = defineCommand({
  name: "features",
  summary: "Joins the rows of a file with features of feature groups as they were at the time of each row.",
  options: {
    base: { value: "FILE", words: "the rows: a file of CSV with a header, or of Parquet" },
    id: { value: "COLUMN", words: "the rows' column that identifies a record" },
    time: { value: "COLUMN", words: "the rows' column of times: ISO-8601 in UTC, or seconds since 1970" },
    "as-of": { value: "TIME", words: "what was written after this time does not count" },
    all: { words: "keeps rows for which a group has no record yet; else they are left out" },
    output: { value: "FILE", words: "where the result goes: FILE.csv or FILE.parquet" },
  },
  words: "history GROUP[:FEATURE,...]...",
  notes: `Each row gets the latest record of every group whose event time is not after the row's: point in time, without a look
into the future. A feature of the first group is called FEATURE.1, as in datasets of the SageMaker SDK.`,
  async run(given) {
    const { options, switches, words } = given;
    const [action, ...groups] = words;
    if (action !== "history") throw new CommandError(`features does history, and was given "${action ?? ""}".`, 2);
    if (groups.length === 0) throw new CommandError("features history takes one GROUP or more.", 2);
    const need = (name: string) => {
      const value = options[name];
      if (value === undefined) throw new CommandError(`--${name} is missing; see bin/sagebrush features --help.`, 2);
      return value;
    };
    const [base, identifier, time, output] = [need("base"), need("id"), need("time"), need("output")];
    if (!existsSync(base)) throw new CommandError(`--base is ${base}, which does not exist.`, 2);
    if (!/\.(csv|parquet)$/.test(output))
      throw new CommandError(`--output is ${output}; it must end in .csv or .parquet.`, 2);
    const asOf = options["as-of"] === undefined ? undefined : Date.parse(options["as-of"]);
    if (Number.isNaN(asOf))
      throw new CommandError(`--as-of is ${options["as-of"]}; it must be a time such as 2026-01-31T08:00:00Z.`, 2);
    const server = needServer(settingsOf(given));
    const api = createApiClient(server, process.env);
    const described = [];
    for (const group of groups) described.push(await describeGroup(group, api));
    const plan: HistoryPlan = {
      ...{ base, identifier, time, output, groups: described, keepsAll: switches.has("all") },
      ...(asOf !== undefined && { asOf }),
    };
    const program = { script: "src/runtimes/features/history.ts", arguments: [JSON.stringify(plan)] } as const;
    const [node, ...line] = productCommand(program, { node: process.execPath, productRoot });
    const { key, record } = server;
    const env = {
      ...process.env,
      ...{ AWS_ENDPOINT_URL: record.url, AWS_REGION: api.region },
      ...{ AWS_ACCESS_KEY_ID: key.accessKeyId, AWS_SECRET_ACCESS_KEY: key.secret },
    };
    const child = spawn(node!, line, { env, stdio: ["ignore", "inherit", "inherit"] });
    const [code] = (await once(child, "close")) as [number | null];
    return code ?? 1;
  },
});
