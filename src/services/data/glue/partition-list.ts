import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { listPage } from "../../../frame/list-page.ts";
import { checkCatalog, linkedTable, type TableDocument } from "./catalog-kinds.ts";
import { onTable } from "./catalog-permissions.ts";
import { gluePage, refuseMembers } from "./glue-faults.ts";
import { compilePartitionFilter, type PartitionFilter } from "./partition-filter.ts";
import { findPartitions, shownPartitions } from "./partition-record.ts";
import { spaceOf } from "./table-records.ts";

const page = { ...gluePage, size: 1000 };
const everyKey: PartitionFilter = { look: () => "chosen" };

export const partitionList = defineOperations(
  "glue",
  { GetPartitions: onTable("GetPartitions") },
  {
    async GetPartitions(input, context) {
      checkCatalog(context, input.CatalogId);
      refuseMembers(context, input, "", ["TransactionId", "QueryAsOfTime"]);
      const { Expression = "", Segment, ExcludeColumnSchema = false } = input;
      const table = await linkedTable(context, input);
      const filter =
        Expression.trim() === "" ? everyKey : compilePartitionFilter(Expression, table.wanted.PartitionKeys);
      const isInSegment = Segment
        ? (key: string) => segmentOf(key, Segment.TotalSegments) === Segment.SegmentNumber
        : () => true;
      const { keys, next } = await listPage(page, input, ({ after, limit }) =>
        chosenKeys(context, table, { filter, isInSegment, after: keyOfToken(after), limit }),
      );
      const found = await findPartitions(context, table, keys);
      const there = found.filter((one) => one !== undefined);
      return {
        Partitions: await shownPartitions(context, table, there, ExcludeColumnSchema),
        NextToken: next === undefined ? undefined : Buffer.from(next).toString("base64url"),
      };
    },
  },
);

/** Returns the keys of a page, and the last one where more follow. */
async function chosenKeys(
  { records }: Context,
  table: TableDocument,
  asked: {
    readonly filter: PartitionFilter;
    readonly isInSegment: (key: string) => boolean;
    readonly after: string | undefined;
    readonly limit: number;
  },
): Promise<{ readonly keys: readonly string[]; readonly next: string | undefined }> {
  const { filter, isInSegment, after, limit } = asked;
  const keys: string[] = [];
  const from = after === undefined ? undefined : `${after}\0`;
  await records.scan(spaceOf("partition", table), { from }, (key) => {
    const found = filter.look(key);
    if (found !== "chosen") return found;
    if (isInSegment(key)) keys.push(key);
    return keys.length > limit ? "end" : undefined;
  });
  return { keys: keys.slice(0, limit), next: keys.length > limit ? keys[limit - 1] : undefined };
}

function keyOfToken(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const key = Buffer.from(token, "base64url").toString();
  if (Buffer.from(key).toString("base64url") !== token) throw new RangeError("Not a token of this list");
  return key;
}

/** The segment that a key is in: always the same, whatever else there is. */
function segmentOf(key: string, total: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % total;
}
