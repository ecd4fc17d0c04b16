import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import type { ReactNode } from "react";
import { useSearchParams } from "react-router";
import { useLive } from "../live.ts";
import { AddressFilter } from "../pages/address-filter.tsx";
import { Failure } from "../pages/failure.tsx";
import { PageTurner } from "../pages/page-turner.tsx";
import type { Answer } from "../pages/read-page.ts";
import { usePages } from "../pages/use-pages.ts";

interface Props<Row> {
  readonly title: string;
  /** The kind whose changes make it read again. */
  readonly kind: string;
  readonly name: string;
  /** What the text narrows the rows by. */
  readonly filter: string;
  /** What there is to say of a text that narrows nothing. */
  readonly hint?: (text: string) => string | undefined;
  readonly read: (filter: string, token: string | undefined, signal: AbortSignal) => Promise<Answer<Row>>;
  readonly columns: readonly (readonly [title: string, cell: (row: Row) => ReactNode])[];
  readonly empty: string;
}

/** A part of the catalog inside of a page: narrowed by a text, a page of a hundred at a time. */
export function PagedTable<Row>({ title, kind, name, filter, hint, read, columns, empty }: Props<Row>) {
  const [search, setSearch] = useSearchParams();
  const text = search.get("filter") ?? "";
  const polling = useLive({ kind });
  const pages = usePages({
    query: [kind, title, name, text],
    polling,
    read: (token, signal) => read(text, token, signal),
  });
  const { rows, error, refetch } = pages;
  const narrow = (typed: string) =>
    setSearch((before) => {
      const after = new URLSearchParams(before);
      after.delete("page");
      typed === "" ? after.delete("filter") : after.set("filter", typed);
      return after;
    });
  return (
    <Table
      variant="embedded"
      wrapLines
      items={rows}
      loading={pages.isLoading}
      loadingText={`Reading ${title.toLowerCase()}`}
      ariaLabels={{ tableLabel: title }}
      filter={
        <SpaceBetween size="xxs">
          <AddressFilter label={filter} value={text} onChange={narrow} />
          <output>{hint?.(text)}</output>
        </SpaceBetween>
      }
      columnDefinitions={columns.map(([header, cell], index) => ({
        id: header,
        header,
        minWidth: 110,
        isRowHeader: index === 0,
        cell,
      }))}
      pagination={<PageTurner pages={pages} of={title.toLowerCase()} />}
      empty={
        error ? (
          <Failure error={error} retry={refetch} />
        ) : (
          <Box color="text-body-secondary">{text === "" ? empty : "Nothing matches."}</Box>
        )
      }
    />
  );
}
