import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import Table from "@cloudscape-design/components/table";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useLive } from "../live.ts";
import { Failure } from "../pages/failure.tsx";
import { Value } from "../values/value.tsx";

interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next: string | undefined;
}

interface Props<Row> {
  readonly title: string;
  readonly kind: string;
  readonly name: string;
  readonly columns: readonly (readonly [member: keyof Row & string, title: string])[];
  readonly read: (after: string | undefined) => Promise<Page<Row>>;
  readonly empty: string;
}

/** What has happened to a document, the newest first. It is read again when the document changes. */
export function RecordTable<Row extends object>({ title, kind, name, columns, read, empty }: Props<Row>) {
  const polling = useLive({ kind });
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: [kind, title, name],
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    refetchInterval: polling,
  });
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Spinner />;
  return (
    <SpaceBetween size="s">
      <Table
        variant="embedded"
        wrapLines
        items={data.pages.flatMap(({ rows }) => rows)}
        ariaLabels={{ tableLabel: title }}
        columnDefinitions={columns.map(([member, header], index) => ({
          id: member,
          header,
          isRowHeader: index === 0,
          cell: (row: Row) => <Value value={row[member]} member={member} />,
        }))}
        empty={<Box color="text-body-secondary">{empty}</Box>}
      />
      {hasNextPage && (
        <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Older
        </Button>
      )}
    </SpaceBetween>
  );
}
