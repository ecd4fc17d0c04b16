import { expect, test, vi } from "vitest";
import { validationFault } from "../aws/faults.ts";
import { createRandom, type Random } from "../base/random.ts";
import { createTestContext, type TestContext, testTime } from "../server/request/test-context.ts";
import { createMemoryResourceStore } from "../stores/resources/memory.ts";
import { allDocuments, type ResourceStore } from "../stores/resources/port.ts";
import { defineResource } from "./define-resource.ts";
import { refusals } from "./refusals.fixture.ts";

/** A parent that counts nothing, and is kept by its children. */
const experiment = defineResource({
  service: "sagemaker",
  kind: "experiment",
  arn: "experiment/{ExperimentName}",
  ...refusals,
  hasChildren: ({ name }) => validationFault(`${name} has trials.`),
  create: {
    operation: "CreateExperiment",
    async begin() {
      return { actual: {} };
    },
    output: (ExperimentArn) => ({ ExperimentArn }),
  },
  delete: { operation: "DeleteExperiment" },
});

const trial = defineResource({
  service: "sagemaker",
  kind: "experiment-trial",
  arn: "experiment-trial/{TrialName}",
  parent: { kind: "sagemaker/experiment", deletion: "refused" },
  ...refusals,
  create: {
    operation: "CreateTrial",
    async begin({ ExperimentName }, context) {
      const parent = await experiment.get(context, ExperimentName);
      return { parent, actual: { parentId: parent.id } };
    },
    output: (TrialArn) => ({ TrialArn }),
  },
  delete: { operation: "DeleteTrial" },
});

/** A parent that counts nothing, whose children go with it. */
const image = defineResource({
  service: "sagemaker",
  kind: "image",
  arn: "image/{ImageName}",
  ...refusals,
  statuses: {
    CREATED: { final: true },
    DELETING: { final: false, refusesChild: ({ name }) => validationFault(`${name} is being deleted.`) },
  },
  create: {
    operation: "CreateImage",
    async begin() {
      return { status: "CREATED", actual: {} };
    },
    output: (ImageArn) => ({ ImageArn }),
  },
  delete: {
    operation: "DeleteImage",
    begin: ({ wanted }) => (wanted.DisplayName === "slow" ? { status: "DELETING" } : undefined),
  },
});

const imageVersion = defineResource({
  service: "sagemaker",
  kind: "image-version",
  arn: "image-version/{ImageName}/{Version}",
  parent: { kind: "sagemaker/image", deletion: "takes children" },
  ...refusals,
  create: {
    operation: "CreateImageVersion",
    async begin({ ImageName }, context) {
      const parent = await image.get(context, ImageName);
      const Version = context.ids.ulid();
      return { variables: { ImageName, Version }, parent, actual: { parentId: parent.id } };
    },
    output: (ImageVersionArn) => ({ ImageVersionArn }),
  },
});

/** A child of a child: what goes with an image version when that goes with its image. */
const alias = defineResource({
  service: "sagemaker",
  kind: "alias",
  arn: "alias/{DomainId}/{SpaceName}",
  parent: { kind: "sagemaker/image-version", deletion: "takes children" },
  ...refusals,
  create: {
    operation: "CreateSpace",
    async begin({ DomainId }, context) {
      return { parent: await imageVersion.get(context, { ImageName: "i", Version: DomainId }), actual: {} };
    },
    output: (SpaceArn) => ({ SpaceArn }),
  },
});

const units = [experiment, trial, image, imageVersion];
const names = ["a", "b"];
const pick = <T>(random: Random, list: readonly T[]): T => list[random.below(list.length)]!;

/** Every call of the store begins and ends some turns later, so that those of several clients mix in any order. */
function mixed(store: ResourceStore, random: Random): ResourceStore {
  const late =
    <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      for (let turns = random.below(8); turns > 0; turns--) await undefined;
      const result = await call(...args);
      for (let turns = random.below(8); turns > 0; turns--) await undefined;
      return result;
    };
  return { ...store, get: late(store.get), list: late(store.list), write: late(store.write) };
}

/** What a client does, and what it remembers of it. */
class Client {
  readonly made = new Set<string>();
  readonly deleted = new Set<string>();
  readonly #context: TestContext;
  readonly #random: Random;
  readonly #number: number;

  constructor(context: TestContext, random: Random, number: number) {
    this.#context = context;
    this.#random = random;
    this.#number = number;
  }

  async run(steps: number): Promise<void> {
    const context = this.#context;
    for (let step = 0; step < steps; step++) {
      const name = pick(this.#random, names);
      const TrialName = `t-${this.#number}-${step}`;
      const dice = this.#random.below(8);
      if (dice === 0) await this.#ask(context.call("sagemaker", "CreateExperiment", { ExperimentName: name }));
      else if (dice < 3) await this.#ask(context.call("sagemaker", "DeleteExperiment", { ExperimentName: name }));
      else if (dice === 3) await this.#ask(context.call("sagemaker", "CreateImage", { ImageName: name, RoleArn: "r" }));
      else if (dice < 5) await this.#ask(context.call("sagemaker", "DeleteImage", { ImageName: name }));
      else if (dice === 5)
        await this.#ask(context.call("sagemaker", "CreateImageVersion", { ImageName: name, BaseImage: "b" }));
      else if (dice === 6 && this.made.size > this.deleted.size) {
        const [old] = [...this.made].filter((one) => !this.deleted.has(one));
        this.deleted.add(old!);
        await this.#ask(context.call("sagemaker", "DeleteTrial", { TrialName: old! }));
      } else if (await this.#ask(context.call("sagemaker", "CreateTrial", { TrialName, ExperimentName: name })))
        this.made.add(TrialName);
    }
  }

  /** Whether the call is answered. The refusals that it may get are those of the kinds above. */
  async #ask(call: Promise<unknown>): Promise<boolean> {
    return call.then(
      () => true,
      (error) => {
        if (/Could not find|is taken|has trials/.test(String(error))) return false;
        throw error;
      },
    );
  }
}

test("no child outlives its parent, and none that keeps its parent is lost, whoever comes first", async () => {
  for (let seed = 1; seed <= 500; seed++) {
    const random = createRandom(seed);
    const store = createMemoryResourceStore({ clock: { now: () => testTime } });
    const context = createTestContext({ units, resources: mixed(store, random) });
    for (const name of names) {
      await context.call("sagemaker", "CreateExperiment", { ExperimentName: name });
      await context.call("sagemaker", "CreateImage", { ImageName: name, RoleArn: "r" });
    }
    const clients = Array.from({ length: 4 }, (_, number) => new Client(context, random, number));
    await Promise.all(clients.map((client) => client.run(6)));
    const parents = new Set<string>();
    for (const { name } of [experiment, image])
      for await (const { id } of allDocuments(store, name, {})) parents.add(id);
    const trials: string[] = [];
    for (const { name } of [trial, imageVersion])
      for await (const { key, actual } of allDocuments(store, name, {})) {
        expect(parents, `seed ${seed}: the parent of ${key.name}`).toContain((actual as { parentId: string }).parentId);
        if (name === trial.name) trials.push(key.name);
      }
    const kept = clients.flatMap(({ made, deleted }) => [...made].filter((one) => !deleted.has(one)));
    expect(trials.sort(), `seed ${seed}`).toEqual(kept.sort());
  }
});

test("children go with their parent in any number, in its own account and region alone", async () => {
  const context = createTestContext({ units });
  const elsewhere = context.at({ region: "eu-west-1" });
  for (const there of [context, elsewhere]) {
    await there.call("sagemaker", "CreateImage", { ImageName: "i", RoleArn: "r" });
    for (let count = 0; count < 1_001; count++)
      await there.call("sagemaker", "CreateImageVersion", { ImageName: "i", BaseImage: "b" });
  }
  await context.call("sagemaker", "DeleteImage", { ImageName: "i" });
  const { account } = context;
  const left = async ({ region }: TestContext) =>
    (await context.resources.list(imageVersion.name, { account, region, limit: 2_000 })).documents.length;
  expect([await left(context), await left(elsewhere)]).toEqual([0, 1_001]);
});

test("a deletion that is killed or refused at any write leaves every child and grandchild where it was", async () => {
  const context = createTestContext({ units: [...units, alias] });
  const { write } = context.resources;
  await context.call("sagemaker", "CreateImage", { ImageName: "i", RoleArn: "r" });
  for (let count = 0; count < 1_200; count++)
    await context.call("sagemaker", "CreateImageVersion", { ImageName: "i", BaseImage: "b" });
  const { account, region } = context;
  const versions = () => context.resources.list(imageVersion.name, { account, region, limit: 2_000 });
  const aliases = () => context.resources.list(alias.name, { account, region, limit: 2_000 });
  for (const { key } of (await versions()).documents.slice(600, 603))
    for (const SpaceName of ["x", "y"])
      await context.call("sagemaker", "CreateSpace", { DomainId: imageVersion.variables(key).Version!, SpaceName });

  let failed = 0;
  for (let killedAt = 1; ; killedAt++) {
    let writes = 0;
    vi.spyOn(context.resources, "write").mockImplementation(async (...batch) => {
      if (++writes === killedAt) throw new Error("killed");
      return write(...batch);
    });
    const deletion = context.call("sagemaker", "DeleteImage", { ImageName: "i" });
    if (await deletion.then(() => true).catch(() => false)) break;
    failed++;
    expect((await versions()).documents).toHaveLength(1_200);
    expect((await aliases()).documents).toHaveLength(6);
  }
  expect(failed).toBeGreaterThan(1);
  expect((await versions()).documents).toEqual([]);
  expect((await aliases()).documents).toEqual([]);
});

test("a parent that its reconciler removes has no new children meanwhile", async () => {
  const context = createTestContext({ units });
  await context.call("sagemaker", "CreateImage", { ImageName: "Tools", RoleArn: "r", DisplayName: "slow" });
  await context.call("sagemaker", "DeleteImage", { ImageName: "Tools" });
  expect(await image.get(context, "Tools")).toMatchObject({ status: "DELETING" });
  await expect(context.call("sagemaker", "CreateImageVersion", { ImageName: "Tools", BaseImage: "b" })).rejects.toThrow(
    "Tools is being deleted.",
  );
});

test("a refused deletion leaves its parent as it was for people, and a later one is not refused", async () => {
  const context = createTestContext({ units });
  await context.call("sagemaker", "CreateExperiment", { ExperimentName: "e" });
  await context.call("sagemaker", "CreateTrial", { TrialName: "t", ExperimentName: "e" });
  const before = await experiment.get(context, "e");
  context.passTime(1_000);
  await expect(context.call("sagemaker", "DeleteExperiment", { ExperimentName: "e" })).rejects.toThrow("e has trials.");
  expect(await experiment.get(context, "e")).toEqual(before);
  await context.call("sagemaker", "DeleteTrial", { TrialName: "t" });
  await context.call("sagemaker", "DeleteExperiment", { ExperimentName: "e" });
});

test("a parent of a kind that is not declared is an error", async () => {
  const stray = defineResource({
    service: "sagemaker",
    kind: "stray",
    arn: "stray/{TrialName}",
    ...refusals,
    create: {
      operation: "CreateTrial",
      async begin({ ExperimentName }, context) {
        return { parent: await experiment.get(context, ExperimentName), actual: {} };
      },
      output: (TrialArn) => ({ TrialArn }),
    },
  });
  const context = createTestContext({ units: [experiment, stray] });
  await context.call("sagemaker", "CreateExperiment", { ExperimentName: "e" });
  await expect(context.call("sagemaker", "CreateTrial", { TrialName: "t", ExperimentName: "e" })).rejects.toThrow(
    "sagemaker/stray got a parent of the kind sagemaker/experiment, which it does not declare",
  );
});
