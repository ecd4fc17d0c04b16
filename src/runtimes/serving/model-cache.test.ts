import { expect, it } from "vitest";
import { createModelCache, NoRoomForModel } from "./model-cache.ts";

/** Has room for so many models, and notes what is done. */
function holderOf(room: number) {
  const done: string[] = [];
  const loaded = new Set<string>();
  return {
    done,
    loaded,
    async fetch(target: string) {
      if (target === "missing") throw new Error("not there");
      done.push(`fetch ${target}`);
    },
    async load(target: string) {
      if (target === "broken") throw new Error("no model");
      if (loaded.size >= room) return "full" as const;
      loaded.add(target);
      done.push(`load ${target}`);
      return `model ${target}`;
    },
    async unload(target: string) {
      loaded.delete(target);
      done.push(`unload ${target}`);
    },
  };
}

const cacheOf = (holder: ReturnType<typeof holderOf>, keeps = true) => {
  let time = 0;
  const cache = createModelCache(holder, { keeps, now: () => time++ });
  return (target: string) => cache.with(target, async (model, figures) => ({ model, ...figures }));
};

it("a model is brought and loaded once, however many ask for it", async () => {
  const holder = holderOf(5);
  const ask = cacheOf(holder);
  const answers = await Promise.all([ask("a"), ask("a")]);
  expect(answers).toMatchObject([
    { model: "model a", hit: false, downloadMilliseconds: expect.any(Number), loadMilliseconds: expect.any(Number) },
    { model: "model a", hit: true },
  ]);
  expect(answers[0].waitMilliseconds).toBeGreaterThan(0);
  expect(await ask("a")).toEqual({ model: "model a", hit: true, loaded: 1 });
  expect(holder.done).toEqual(["fetch a", "load a"]);
});

it("the model that was not asked for the longest makes room, and comes back", async () => {
  const holder = holderOf(2);
  const ask = cacheOf(holder);
  for (const target of ["a", "b", "a"]) await ask(target);
  expect(await ask("c")).toMatchObject({
    model: "model c",
    hit: false,
    unloadMilliseconds: expect.any(Number),
    loaded: 2,
  });
  expect([...holder.loaded]).toEqual(["a", "c"]);
  expect(await ask("b")).toMatchObject({ hit: false });
  expect([...holder.loaded]).toEqual(["c", "b"]);
});

it("a model in use is not unloaded", async () => {
  const holder = holderOf(1);
  const cache = createModelCache(holder, { keeps: true });
  const going = Promise.withResolvers<void>();
  const first = cache.with("a", () => going.promise);
  await expect(cache.with("b", async () => "b")).rejects.toThrow(NoRoomForModel);
  going.resolve();
  await first;
  expect(await cache.with("b", async (model) => model)).toBe("model b");
});

it.each(["missing", "broken"])("what is %s is tried again by the next request", async (target) => {
  const holder = holderOf(1);
  const ask = cacheOf(holder);
  await expect(ask(target)).rejects.toThrow(target === "missing" ? "not there" : "no model");
  await expect(ask(target)).rejects.toThrow();
  expect(await ask("a")).toMatchObject({ model: "model a" });
});

it("without a cache a model goes when its requests are answered", async () => {
  const holder = holderOf(3);
  const ask = cacheOf(holder, false);
  await Promise.all([ask("a"), ask("a")]);
  await ask("a");
  expect(holder.done).toEqual(["fetch a", "load a", "unload a", "fetch a", "load a", "unload a"]);
});

it("a load that does not end holds up the next one only for a while", async () => {
  const holder = holderOf(5);
  const patience = Promise.withResolvers<void>();
  const hanging = {
    ...holder,
    load: (target: string) => (target === "slow" ? new Promise<never>(() => {}) : holder.load(target)),
  };
  const cache = createModelCache(hanging, { keeps: true, patience: () => patience.promise });
  const ask = (target: string) => cache.with(target, async (model) => model);
  void ask("slow");
  const next = ask("a");
  const after = ask("b");
  await new Promise((resolve) => setImmediate(resolve));
  expect(holder.done).toEqual(["fetch slow", "fetch a", "fetch b"]);
  patience.resolve();
  expect(await Promise.all([next, after])).toEqual(["model a", "model b"]);
});

it("a model that is asked for again while it is unloaded is brought after that", async () => {
  const holder = holderOf(1);
  const unloading = Promise.withResolvers<void>();
  const slow = {
    ...holder,
    async unload(target: string) {
      await unloading.promise;
      await holder.unload(target);
    },
  };
  const cache = createModelCache(slow, { keeps: true });
  const ask = (target: string) => cache.with(target, async (model) => model);
  await ask("a");
  const b = ask("b");
  await new Promise((resolve) => setImmediate(resolve));
  const again = ask("a");
  await new Promise((resolve) => setImmediate(resolve));
  expect(holder.done).toEqual(["fetch a", "load a", "fetch b"]);
  unloading.resolve();
  expect(await Promise.all([b, again])).toEqual(["model b", "model a"]);
  expect(holder.done.indexOf("unload a")).toBeLessThan(holder.done.lastIndexOf("fetch a"));
});
