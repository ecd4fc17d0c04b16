import { expect, it } from "vitest";
import { defineParts } from "./define-parts.ts";

function listed(done: string[], fail = "") {
  const act = (what: string) => {
    done.push(what);
    if (what === fail) throw new Error(what);
  };
  return defineParts<{ readonly place: string }>()
    .part({
      name: "store",
      open: ({ place }) => ({ store: `store in ${place}` }),
      start: ({ store }) => act(`start ${store}`),
      pause: ({ store }) => act(`pause ${store}`),
      resume: ({ store }) => act(`resume ${store}`),
      clear: ({ store }) => act(`clear ${store}`),
      close: ({ store }, { endRuns }) => act(`close ${store} ${endRuns}`),
      check: () => [{ title: "Store", words: "well" }],
    })
    .part({
      name: "engine",
      async open({ store }) {
        act("open engine");
        return { engine: `engine on ${store}` };
      },
      start: ({ engine }) => act(`start ${engine}`),
      pause: ({ engine }) => act(`pause ${engine}`),
      resume: ({ engine }) => act(`resume ${engine}`),
      clear: ({ engine }) => act(`clear ${engine}`),
      close: ({ engine }) => act(`close ${engine}`),
    });
}

it("opens and starts in the list's order, clears and closes in the reverse order", async () => {
  const done: string[] = [];
  const { opened, start, clear, close } = await listed(done).open({ place: "here" });
  expect(opened).toEqual({ place: "here", store: "store in here", engine: "engine on store in here" });
  await start();
  await clear();
  await close({ endRuns: true });
  expect(done).toEqual([
    ...["open engine", "start store in here", "start engine on store in here"],
    ...["clear engine on store in here", "clear store in here"],
    ...["close engine on store in here", "close store in here true"],
  ]);
});

it("clears every part while all are paused, for a reset", async () => {
  const done: string[] = [];
  const { reset } = await listed(done).open({ place: "here" });
  await reset();
  const both = ["engine on store in here", "store in here"];
  expect(done).toEqual([
    "open engine",
    ...both.map((part) => `pause ${part}`),
    ...both.map((part) => `clear ${part}`),
    ...both.toReversed().map((part) => `resume ${part}`),
  ]);
});

it.each(["pause", "clear"])("resumes what is paused when a part fails at its %s in a reset", async (fails) => {
  const done: string[] = [];
  const { reset } = await listed(done, `${fails} store in here`).open({ place: "here" });
  await expect(reset()).rejects.toThrow(`${fails} store in here`);
  expect(done.slice(-2)).toEqual(["resume store in here", "resume engine on store in here"]);
});

it("closes the others when one cannot be closed, and throws its error", async () => {
  const done: string[] = [];
  const { close } = await listed(done, "close engine on store in here").open({ place: "here" });
  await expect(close({ endRuns: true })).rejects.toThrow("close engine");
  expect(done.at(-1)).toBe("close store in here true");
});

it("closes what is open when the next cannot be opened, and ends no run", async () => {
  const done: string[] = [];
  await expect(listed(done, "open engine").open({ place: "here" })).rejects.toThrow("open engine");
  expect(done).toEqual(["open engine", "close store in here false"]);
});

it("names every part with its check", () => {
  expect(listed([]).checks).toMatchObject([{ name: "store", check: expect.any(Function) }, { name: "engine" }]);
});
