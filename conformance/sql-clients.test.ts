import { beforeAll, expect, test } from "vitest";
import { askMixed, endOfQuery, greedyStatement, prepareQueries, resultOf, startQuery } from "./mixed-queries.ts";
import { useServer } from "./server.ts";

const server = useServer({ environment: { SAGEBRUSH_QUERY_MEMORY: "256" } });

beforeAll(() => prepareQueries(server), 60_000);

test("twenty clients are answered while one asks for all the memory, and it alone fails", async () => {
  const greedy = startQuery(server, greedyStatement, crypto.randomUUID()).then((id) => endOfQuery(server, id));
  await askMixed(server, 20, 2);
  const ended = await greedy;
  expect(ended.Status).toMatchObject({
    State: "FAILED",
    StateChangeReason: "Query exhausted resources at this scale factor",
    AthenaError: { ErrorCategory: 2, ErrorType: 401, Retryable: true },
  });
  expect(await resultOf(server, ended)).toBeUndefined();
}, 60_000);
