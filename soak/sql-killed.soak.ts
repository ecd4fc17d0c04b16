import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { clientsOf } from "../conformance/clients.ts";
import { endOfQuery, mixedQuery, prepareQueries, resultOf, startQuery } from "../conformance/mixed-queries.ts";
import { readParents, textOf } from "../conformance/processes-of-runs.ts";
import { createTestServer, type TestServer } from "../conformance/server.ts";
import { defineSoak } from "./define-soak.ts";
import { persistently } from "./make-jobs.ts";
import { isBelow } from "./process-tree.ts";

const clients = 6;
const everyMilliseconds = 5_000;
const lost = /^Query exhausted resources at this scale factor: \d+ engines ended while they ran it\.$/;

export const soak = defineSoak({
  words:
    "server and engines are killed every 5 s: every query ends in a true state, and no half result is under its name",
  unit: "seconds",
  sizes: { full: 300, short: 6 },
  async run(size) {
    const server = await createTestServer();
    try {
      await server.start();
      await prepareQueries(server);
      await answered(server, "CREATE TABLE added WITH (format = 'PARQUET') AS SELECT n FROM numbers WHERE n < 0");
      const end = performance.now() + size * 1000;
      const counts = { answered: 0, lost: 0, kills: 0, added: 0 };
      let failure: unknown;
      const ask = async (client: number) => {
        for (let turn = 0; performance.now() < end && failure === undefined; turn++) {
          const isAdding = (client + turn) % 3 === 0;
          const adding = { statement: `INSERT INTO added SELECT n FROM numbers WHERE n <= ${100}`, lines: undefined };
          const { lines, statement } = isAdding ? adding : mixedQuery(`${client}_${turn}`, client + turn);
          const token = crypto.randomUUID();
          const id = await persistently(() => startQuery(server, statement, token));
          const found = await persistently(() => endOfQuery(server, id));
          const { State, StateChangeReason = "" } = found.Status!;
          const result = await persistently(() => resultOf(server, found));
          if (State === "SUCCEEDED" && result !== lines) throw new Error(`${statement} gave ${result}, not ${lines}`);
          if (State === "FAILED" && (result !== undefined || !lost.test(StateChangeReason)))
            throw new Error(`${statement} failed with ${StateChangeReason} and left ${result}`);
          if (State !== "SUCCEEDED" && State !== "FAILED") throw new Error(`${statement} is ${State}`);
          counts[State === "SUCCEEDED" ? "answered" : "lost"]++;
          if (isAdding && State === "SUCCEEDED") counts.added++;
        }
      };
      const disturb = async () => {
        do {
          await pause(everyMilliseconds / 2);
          for (const pid of enginesOf(server.home)) process.kill(pid, "SIGKILL");
          await pause(everyMilliseconds / 2);
          await server.kill();
          await server.start();
          counts.kills++;
        } while (performance.now() < end && failure === undefined);
      };
      const asking = Array.from({ length: clients }, (_, client) =>
        ask(client).catch((error) => {
          failure ??= error;
        }),
      );
      await Promise.all([disturb(), ...asking]);
      if (failure !== undefined) console.error(server.output().slice(-4000));
      if (failure !== undefined) throw failure;
      const rows = await answered(server, "SELECT count(*) AS c, count(DISTINCT n) AS d FROM added");
      if (rows !== `"c","d"\n"${counts.added * 100}","${Math.min(1, counts.added) * 100}"\n`)
        throw new Error(`${counts.added} statements added 100 rows each, and the table has ${rows}`);
      await checkObjects(server);
      return `${counts.answered} queries answered, ${counts.lost} failed with the cause, ${counts.added} of them added rows, over ${counts.kills} kills`;
    } finally {
      await server.close();
    }
  },
});

async function answered(server: TestServer, statement: string): Promise<string | undefined> {
  const token = crypto.randomUUID();
  const id = await persistently(() => startQuery(server, statement, token));
  const ended = await persistently(() => endOfQuery(server, id));
  if (ended.Status!.State !== "SUCCEEDED") throw new Error(`${statement}: ${ended.Status!.StateChangeReason}`);
  return resultOf(server, ended);
}

/** The processes of SQL engines below the keepers of a home's runs. */
function enginesOf(home: string): number[] {
  const parents = readParents();
  const keepers = readdirSync(join(home, "runs")).flatMap((id) => {
    const record = textOf(join(home, "runs", id, "keeper.json"));
    return record === "" ? [] : [(JSON.parse(record) as { pid: number }).pid];
  });
  return [...parents.keys()].filter((pid) => {
    const [program = "", ...words] = textOf(`/proc/${pid}/cmdline`).split("\0");
    const isEngine = /(^|\/)node$/.test(program) && words.some((word) => word.includes("engine-server"));
    return isEngine && isBelow(parents, pid, (parent) => keepers.includes(parent));
  });
}

/** Every result is of a query that has succeeded. */
async function checkObjects(server: TestServer): Promise<void> {
  const { s3 } = clientsOf(server);
  const uploads = await s3.listMultipartUploads({ Bucket: "lake" });
  if ((uploads.Uploads ?? []).length > 0) throw new Error("Uploads are left");
}
