import {
  askMixed,
  endOfQuery,
  greedyStatement,
  prepareQueries,
  resultOf,
  startQuery,
} from "../conformance/mixed-queries.ts";
import { createTestServer } from "../conformance/server.ts";
import { defineSoak } from "./define-soak.ts";

const clients = 20;
const reason = "Query exhausted resources at this scale factor";

export const soak = defineSoak({
  words: `${clients} clients ask SQL, one more asks for all the memory again and again, and it alone fails`,
  unit: "queries a client",
  sizes: { full: 100, short: 2 },
  async run(size) {
    const server = await createTestServer({ environment: { SAGEBRUSH_QUERY_MEMORY: "512" } });
    try {
      await server.start();
      await prepareQueries(server);
      const start = performance.now();
      let isDone = false;
      const asking = askMixed(server, clients, size).finally(() => {
        isDone = true;
      });
      let greedy = 0;
      do {
        const ended = await endOfQuery(server, await startQuery(server, greedyStatement, crypto.randomUUID()));
        const { State, StateChangeReason } = ended.Status!;
        if (State !== "FAILED" || StateChangeReason !== reason)
          throw new Error(`The one that asks for all the memory is ${State}: ${StateChangeReason}`);
        if ((await resultOf(server, ended)) !== undefined) throw new Error("It has left a result");
        greedy++;
      } while (!isDone);
      await asking;
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      return `${clients * size} queries answered in ${seconds} s beside ${greedy} that asked for all the memory`;
    } finally {
      await server.close();
    }
  },
});
