import Box from "@cloudscape-design/components/box";
import Pagination from "@cloudscape-design/components/pagination";
import Table from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useLive } from "../live.ts";
import { Failure } from "../pages/failure.tsx";

interface Props<Row> {
  readonly title: string;
  /** The kind whose changes make it read again. */
  readonly kind: string;
  readonly name: string;
  /** What the text narrows the rows by. */
  readonly filter: string;
  readonly read: (
    filter: string,
    token: string | undefined,
    signal: AbortSignal,
  ) => Promise<{ readonly rows: readonly Row[]; readonly next: string | undefined }>;
  readonly columns: readonly (readonly [title: string, cell: (row: Row) => ReactNode])[];
  readonly empty: string;
}

/** A part of the catalog inside of a page: narrowed by a text, a page of a hundred at a time. */
export function PagedTable<Row>({ title, kind, name, filter, read, columns, empty }: Props<Row>) {
  const [typed, setTyped] = useState("");
  const [text, setText] = useState("");
  const [tokens, setTokens] = useState<readonly string[]>([]);
  const [page, setPage] = useState(1);
  const polling = useLive({ kind });
  const token = page > 1 ? tokens[page - 2] : undefined;
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery({
    queryKey: [kind, title, name, text, token],
    queryFn: ({ signal }) => read(text, token, signal),
    placeholderData: keepPreviousData,
    refetchInterval: polling,
  });
  const turnTo = (number: number) => {
    if (number > tokens.length + 1 && data?.next) setTokens([...tokens, data.next]);
    setPage(number);
  };
  return (
    <Table
      variant="embedded"
      wrapLines
      items={error ? [] : (data?.rows ?? [])}
      loading={isPending || isPlaceholderData}
      loadingText={`Reading ${title.toLowerCase()}`}
      ariaLabels={{ tableLabel: title }}
      filter={
        <TextFilter
          filteringText={typed}
          filteringPlaceholder={filter}
          filteringAriaLabel={filter}
          onChange={({ detail }) => setTyped(detail.filteringText)}
          onDelayedChange={({ detail }) => {
            setTokens([]);
            setPage(1);
            setText(detail.filteringText);
          }}
        />
      }
      columnDefinitions={columns.map(([header, cell], index) => ({
        id: header,
        header,
        minWidth: 110,
        isRowHeader: index === 0,
        cell,
      }))}
      pagination={
        <Pagination
          currentPageIndex={page}
          pagesCount={Math.max(page, tokens.length + 1) + (data?.next && page > tokens.length ? 1 : 0)}
          openEnd={data?.next !== undefined}
          onChange={({ detail }) => turnTo(detail.currentPageIndex)}
          ariaLabels={{
            nextPageLabel: `Next page of ${title.toLowerCase()}`,
            previousPageLabel: `Previous page of ${title.toLowerCase()}`,
            pageLabel: (number) => `Page ${number}`,
          }}
        />
      }
      empty={
        error ? (
          <Failure error={error} retry={() => void refetch()} />
        ) : (
          <Box color="text-body-secondary">{text === "" ? empty : "Nothing matches."}</Box>
        )
      }
    />
  );
}
