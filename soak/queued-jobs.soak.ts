import { checkEvents } from "../conformance/events-in.ts";
import { scriptEnvironments } from "../conformance/script-environments.ts";
import { createTestServer } from "../conformance/server.ts";
import { checkWhole, restartsOf } from "./check-jobs.ts";
import { defineSoak } from "./define-soak.ts";
import { checkAll, endOf, jobsOf, makeExamples, untilNothingIsLeft } from "./make-jobs.ts";
import { prepareMixedJobs } from "./mixed-jobs.ts";
import { killsServer, runDisturbed } from "./run-disturbed.ts";

export const soak = defineSoak({
  words: "queued jobs end once, and whole, under a server that is killed every 5 s",
  unit: "jobs",
  sizes: { full: 200, short: 3 },
  async run(size) {
    const server = await createTestServer({ environment: scriptEnvironments });
    try {
      await server.start();
      await prepareMixedJobs(server);
      const examples = await makeExamples(server);
      const jobs = jobsOf(size);
      const [kills] = await runDisturbed(server, jobs, [killsServer(server)]);
      await checkAll(jobs, async (job) => {
        const { status, reason, steps } = await endOf(server, job);
        if (status !== "Completed") throw new Error(`${job.name} is ${status}: ${reason}`);
        if (restartsOf(steps) > 0) throw new Error(`${job.name} was begun ${restartsOf(steps)} times more`);
        checkEvents(server.home, job.name, steps);
        await checkWhole(server, job, examples.get(job.kind)!);
      });
      await untilNothingIsLeft(server);
      return `all completed, each once and whole, over ${kills} kills of the server`;
    } finally {
      await server.close();
    }
  },
});
