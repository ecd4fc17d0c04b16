import { expect, it, vi } from "vitest";
import { createStandingWork, type News } from "./standing-work.ts";

it("begins a piece of work once, tells it of news, and ends it", async () => {
  const reports: unknown[] = [];
  const standing = createStandingWork({ report: (what, error) => reports.push(what, error) });
  const seen: string[] = [];
  const looked = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const work = (name: string) => async (news: News) => {
    while (!news.signal.aborted) {
      seen.push(name);
      looked[seen.length - 1]?.resolve();
      await news.next(60_000);
    }
  };
  standing.begin("one", work("first"));
  await looked[0]!.promise;
  // News that comes while it works is not missed, and a second beginning is news.
  standing.begin("one", work("second"));
  await looked[1]!.promise;
  standing.tell("one");
  await looked[2]!.promise;
  standing.tell("nothing of that name");
  expect(standing.isUnderWay("one")).toBe(true);
  await standing.close();
  expect(standing.isUnderWay("one")).toBe(false);
  expect(new Set(seen)).toEqual(new Set(["first"]));

  standing.begin("two", () => Promise.reject(new Error("cannot")));
  await vi.waitFor(() => expect(standing.isUnderWay("two")).toBe(false));
  expect(reports).toEqual(["two has ended", new Error("cannot")]);
});
