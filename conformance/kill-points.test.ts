import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { createRandom } from "../src/base/random.ts";
import { killPoints } from "../src/services/kill-points.gen.ts";
import { killedDomain, killedSpace, killedUserProfile } from "./killed-domain.ts";
import { killedEndpoint } from "./killed-endpoint.ts";
import { killedFeatureGroup, killedOfflineStore } from "./killed-feature-group.ts";
import { killedInferenceComponent } from "./killed-inference-component.ts";
import { killedInferenceExperiment } from "./killed-inference-experiment.ts";
import { checkJob, type KilledJob, killedJob } from "./killed-job.ts";
import type { KilledKind } from "./killed-kind.ts";
import { killedProcessingJob } from "./killed-processing-job.ts";
import { killedScalableTarget } from "./killed-scalable-target.ts";
import { killedTrainingJob } from "./killed-training-job.ts";
import { killedTransformJob } from "./killed-transform-job.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { createTestServer } from "./server.ts";

const randomKills = 20;
const longestMilliseconds = 60_000;

/** A kind of job costs one row. */
const jobs: Readonly<Record<string, KilledJob>> = {
  "training-job": killedTrainingJob,
  "processing-job": killedProcessingJob,
  "transform-job": killedTransformJob,
};
/** What is kept up has points of its own. The kinds before it in the table are prepared before it. */
const kinds: Readonly<Record<string, KilledKind>> = {
  ...Object.fromEntries(Object.entries(jobs).map(([name, job]) => [name, killedJob(job)])),
  domain: killedDomain,
  "user-profile": killedUserProfile,
  space: killedSpace,
  endpoint: killedEndpoint,
  "inference-experiment": killedInferenceExperiment,
  "inference-component": killedInferenceComponent,
  "scalable-target": killedScalableTarget,
  "feature-group": killedFeatureGroup,
  "offline-store": killedOfflineStore,
};

const isThere = () => true;
const isNot = () => false;

const kindOf = (point: string) => point.slice(0, point.indexOf(":"));
/** In the order of the kinds: the last ones ask queries, whose warm engines are runs that others would count. */
const order = Object.keys(kinds);
const points = Object.keys(killPoints).sort((one, other) => order.indexOf(kindOf(one)) - order.indexOf(kindOf(other)));

test("every kill point is of a kind that has a row, and every row has kill points", () => {
  expect([...new Set(points.map(kindOf))].sort()).toEqual(Object.keys(kinds).sort());
});

describe("with one server,", () => {
  let server: Awaited<ReturnType<typeof createTestServer>> | undefined;
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") console.log(`The server's output:\n${server?.output()}`);
    await server?.close();
    server = undefined;
  });
  const started = async () => {
    server = await createTestServer({ environment: { ...scriptEnvironments, SAGEBRUSH_DATA_CAPTURE_SECONDS: "2" } });
    await server.start();
    return server;
  };

  test("kill -9 at every named point of every kind's life", { timeout: 900_000 }, async () => {
    const server = await started();
    for (const kind of Object.values(kinds)) await kind.prepare(server);
    for (const point of points) {
      const kind = kinds[kindOf(point)];
      if (!kind) throw new Error(`No row says how a server comes to ${point}`);
      const name = `at-${point.replace(":", "-")}`;
      await kind.before?.(server, name, point);
      await server.kill();
      await server.start({ SAGEBRUSH_KILL_AT: point });
      await kind.cause(server, name, point);
      const late = pause(longestMilliseconds, "late", { ref: false });
      expect(await Promise.race([server.ended(), late]), `${point} is reached`).toBeUndefined();
      await server.start();
      await kind.check(server, name, point).catch((error) => {
        throw new Error(`After a kill at ${point}: ${(error as Error).message}`, { cause: error });
      });
    }
  });

  test(`kill -9 at ${randomKills} seeded moments of the lives of a job of each kind`, {
    timeout: 900_000,
  }, async () => {
    const server = await started();
    const random = createRandom(2026);
    for (const job of Object.values(jobs)) await job.prepare(server);
    for (let kill = 1; kill <= randomKills; kill++) {
      const made = Object.entries(jobs).map(([kind, job]) => {
        const name = `seeded-${kind}-${kill}`;
        return { job, name, acknowledged: job.create(server, name).then(isThere, isNot) };
      });
      await pause(random.below(1_500));
      await server.kill();
      await Promise.all(made.map(({ acknowledged }) => acknowledged));
      await server.start();
      await Promise.all(
        made.map(async ({ job, name, acknowledged }) => {
          // A job that was not acknowledged may have been made all the same, and then ends as any other.
          if ((await acknowledged) || (await job.look(server, name).then(isThere, isNot)))
            await checkJob(job, server, name, "Completed");
        }),
      );
    }
  });
});
