import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { linesOf } from "../conformance/clients.ts";
import { scriptEnvironments } from "../conformance/script-environments.ts";
import { createTestServer } from "../conformance/server.ts";
import { mountSmallDisk } from "../conformance/small-disk.ts";
import { checkThinned } from "./check-jobs.ts";
import { defineSoak } from "./define-soak.ts";
import { checkAll, endOf, jobsOf, makeExamples, untilNothingIsLeft } from "./make-jobs.ts";
import { mixedJobs, prepareMixedJobs } from "./mixed-jobs.ts";
import { killsServer, runDisturbed } from "./run-disturbed.ts";

/** Of the disk: what the server and four running jobs need, and what a job leaves. */
const mebibytes = 200;
const mebibytesOfJob = 2;
const roomMilliseconds = 4_000;
const fullMilliseconds = 3_000;
/** The platform's own words are AWS's; those of a program are the system's, or are added to what it said. */
const tellsOfDisk = /^(ClientError|AlgorithmError): .*(Insufficient disk space|No space left on device)/is;

export const soak = defineSoak({
  words: "jobs on a disk that fills up wait, or end with the cause, and nothing acknowledged is lost",
  unit: "jobs",
  sizes: { full: 200, short: 3 },
  async run(size) {
    const disk = mountSmallDisk(mebibytes + size * mebibytesOfJob);
    if (!disk) return "left out: a small disk cannot be mounted here, which takes root on Linux";
    const home = join(disk.path, "home");
    mkdirSync(home, { mode: 0o700 });
    const server = await createTestServer({ home, environment: scriptEnvironments });
    try {
      await server.start();
      await prepareMixedJobs(server);
      const examples = await makeExamples(server);
      const jobs = jobsOf(size);
      const fillsDisk = async () => {
        await pause(roomMilliseconds);
        disk.fill();
        await pause(fullMilliseconds);
        disk.empty();
        return 1;
      };
      const [kills, fills] = await runDisturbed(server, jobs, [killsServer(server), fillsDisk]);

      const failed = new Set<string>();
      await checkAll(jobs, async (job) => {
        const { status, reason = "" } = await endOf(server, job);
        if (status === "Completed") return checkThinned(server, job, examples.get(job.kind)!);
        failed.add(job.name);
        if (status === "Failed" && tellsOfDisk.test(reason)) return;
        const log = (await linesOf(server, mixedJobs[job.kind]!.logGroup, `${job.name}/`)).flat();
        throw new Error(`${job.name} is ${status}: ${reason}\n${log.slice(-8).join("\n")}`);
      });
      await untilNothingIsLeft(server);
      const ends = `${size - failed.size} of the jobs completed, ${failed.size} failed with the cause`;
      return `${ends}, the disk full ${fills} times and the server killed ${kills} times`;
    } finally {
      await server.close().finally(disk.remove);
    }
  },
});
