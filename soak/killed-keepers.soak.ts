import { setTimeout as pause } from "node:timers/promises";
import { scriptEnvironments } from "../conformance/script-environments.ts";
import { createTestServer } from "../conformance/server.ts";
import { createRandom } from "../src/base/random.ts";
import { checkRestarted, checkWhole } from "./check-jobs.ts";
import { defineSoak } from "./define-soak.ts";
import { checkAll, endOf, jobsOf, makeExamples, untilNothingIsLeft } from "./make-jobs.ts";
import { prepareMixedJobs } from "./mixed-jobs.ts";
import { killsServer, runDisturbed } from "./run-disturbed.ts";
import { jobOfRun, runProcesses } from "./run-processes.ts";

const lookMilliseconds = 100;
/** What becomes of a run, and how many looks later at most: a slow machine kills no more of them. */
const fates = ["spared", "spared", "keepers", "stages"] as const;
const mostLooks = 20;
/** A job without RetryStrategy is tried again once. */
const retries = 1;
const namesTheCause = (reason = ""): boolean =>
  /^InternalServerError: .* The (keeper of the run \(process \d+\) ended without a word: it was killed|program that stages the job was ended by SIGKILL)/.test(
    reason,
  );

export const soak = defineSoak({
  words: "jobs whose keepers and stages are killed are tried again or end with the cause, the server killed as well",
  unit: "jobs",
  sizes: { full: 200, short: 3 },
  async run(size) {
    const server = await createTestServer({ environment: scriptEnvironments });
    try {
      await server.start();
      await prepareMixedJobs(server);
      const examples = await makeExamples(server);
      const jobs = jobsOf(size);
      const random = createRandom(8);
      const killed = new Map<string, { keepers: number; stages: number }>();
      const doomed = new Map<string, { readonly fate: (typeof fates)[number]; looks: number }>();
      const killsProcesses = async () => {
        await pause(lookMilliseconds);
        let kills = 0;
        for (const { id, jobName, keeper, stage } of runProcesses(server.home)) {
          const end = doomed.get(id) ?? { fate: fates[random.below(fates.length)]!, looks: random.below(mostLooks) };
          doomed.set(id, end);
          const pid = end.fate === "stages" ? stage : keeper;
          if (end.fate === "spared" || pid === undefined || end.looks-- > 0) continue;
          const counts = killed.get(jobName) ?? { keepers: 0, stages: 0 };
          counts[end.fate]++;
          killed.set(jobName, counts);
          doomed.set(id, { fate: "spared", looks: 0 });
          if (kill(pid)) kills++;
        }
        return kills;
      };
      const [serverKills, processKills] = await runDisturbed(server, jobs, [killsServer(server), killsProcesses]);

      const failed = new Set<string>();
      await checkAll(jobs, async (job) => {
        const { status, reason } = await endOf(server, job);
        const { keepers, stages } = killed.get(job.name) ?? { keepers: 0, stages: 0 };
        const example = examples.get(job.kind)!;
        if (status === "Completed" && keepers + stages === 0) return checkWhole(server, job, example);
        if (status === "Completed") return checkRestarted(server, job, example, keepers + stages);
        failed.add(job.name);
        const what = `${job.name}, of which ${keepers} keepers and ${stages} stages were killed, is ${status}: ${reason}`;
        if (status !== "Failed" || keepers + stages <= retries || !namesTheCause(reason)) throw new Error(what);
      });
      // What the platform's own faults leave is kept for a day.
      const isKept = (left: string) => failed.has(jobOfRun(server.home, left) ?? "");
      await untilNothingIsLeft(server, isKept);
      const ends = `${size - failed.size} of the jobs completed, ${failed.size} failed with the cause`;
      return `${ends}, over ${processKills} kills of keepers and stages and ${serverKills} of the server`;
    } finally {
      await server.close();
    }
  },
});

/** False when the process has ended meanwhile. */
function kill(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}
