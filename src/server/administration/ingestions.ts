import { validationFault } from "../../aws/faults.ts";
import { againOnConflict } from "../../frame/again-on-conflict.ts";
import type { ServiceHost } from "../../frame/context.ts";
import { newKeptRun } from "../../frame/keep-run.ts";
import type { Ingestions } from "../../fronts/front.ts";
import { ingestionKind } from "../../services/sagemaker/features/ingest/ingestion-kind.ts";
import { allDocuments } from "../../stores/resources/port.ts";

const patienceMilliseconds = 10_000;

/** Begins, lists and stops the streams that are taken into feature groups of an account. */
export function createIngestions(host: ServiceHost, account: string): Ingestions {
  const { clock, ids, objects, random, resources } = host;
  return {
    async begin(region, wanted) {
      const id = ids.ulid();
      const key = ingestionKind.key({ account, region }, { IngestionId: id });
      const now = clock.now();
      const document = {
        ...{ key, id, status: "Running", created: now, modified: now, wanted },
        actual: { kept: newKeptRun, checkpoint: {} },
      };
      await resources.write([await ingestionKind.put({ objects, clock }, document)]);
      return id.toLowerCase();
    },
    async list() {
      const found = [];
      for await (const document of allDocuments(resources, ingestionKind.name, { account })) {
        const { actual, key, status = "", wanted } = ingestionKind.read(document);
        const { kept, checkpoint } = actual;
        const reason = kept.ready ? undefined : kept.lastEnd?.reason;
        found.push({ id: key.name, region: key.region, status, wanted, checkpoint, reason });
      }
      return found;
    },
    async stop(region, id) {
      const key = ingestionKind.key({ account, region }, { IngestionId: id });
      // The run writes how far it has come in between.
      await againOnConflict({ random, signal: AbortSignal.timeout(patienceMilliseconds) }, async () => {
        const found = await ingestionKind.find(host, key);
        if (!found) throw validationFault(`There is no ingestion ${id} in ${region}. bin/sagebrush ingest lists them.`);
        await resources.write([await ingestionKind.put(host, { ...found, status: "Stopping", modified: clock.now() })]);
      });
    },
  };
}
