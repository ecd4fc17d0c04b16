import { Glue } from "@aws-sdk/client-glue";
import { S3 } from "@aws-sdk/client-s3";
import { overHttp } from "../conformance/over-http.ts";
import { createTestServer } from "../conformance/server.ts";
import { commitFiles, loadIcebergTable, readManifests } from "../src/frame/iceberg-table.ts";
import { planFiles } from "../src/iceberg/plan-files.ts";
import { schemaOf, snapshotOf } from "../src/iceberg/table-metadata.ts";
import { defineSoak } from "./define-soak.ts";

const writers = 8;
const name = { DatabaseName: "soak", Name: "events" };

export const soak = defineSoak({
  words: `${writers} writers commit to one table of Iceberg, and none is lost or doubled`,
  unit: "commits",
  sizes: { full: 1000, short: 16 },
  async run(size) {
    const server = await createTestServer();
    try {
      await server.start();
      const glue = new Glue(server.clientOptions);
      await new S3({ ...server.clientOptions, forcePathStyle: true }).createBucket({ Bucket: "soak" });
      await glue.createDatabase({ DatabaseInput: { Name: name.DatabaseName } });
      const StorageDescriptor = { Columns: [{ Name: "id", Type: "bigint" }], Location: "s3://soak/events" };
      await glue.createTable({
        DatabaseName: name.DatabaseName,
        TableInput: { Name: name.Name, StorageDescriptor },
        OpenTableFormatInput: { IcebergInput: { MetadataOperation: "CREATE" } },
      });
      let [begun, tries] = [0, 0];
      const start = performance.now();
      const write = async () => {
        const context = overHttp(server);
        while (begun < size) {
          const path = `s3://soak/events/data/${begun++}.parquet`;
          const file = { content: 0, path, format: "PARQUET", partition: [], recordCount: 1, sizeBytes: 100 };
          await commitFiles(context, name, () => {
            tries++;
            return { operation: "append", added: [file] };
          });
        }
      };
      await Promise.all(Array.from({ length: writers }, write));
      const seconds = (performance.now() - start) / 1000;

      const context = overHttp(server);
      const { metadata } = await loadIcebergTable(context, name);
      const planned = planFiles(metadata, schemaOf(metadata), await readManifests(context, snapshotOf(metadata)));
      const paths = new Set(planned.map(({ file }) => file.path));
      if (planned.length !== size || paths.size !== size || metadata.snapshots.length !== size)
        throw new Error(`${planned.length} files (${paths.size} different) in ${metadata.snapshots.length} snapshots`);
      return `${size} commits by ${writers} writers in ${seconds.toFixed(1)} s, ${tries} tries`;
    } finally {
      await server.close();
    }
  },
});
