import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { call, operationOf } from "../api/command.ts";
import { CallLines } from "../calls/call-lines.tsx";
import type { Resource } from "../declare/define-resource.ts";
import { nameOf } from "../declare/document.ts";
import type { Item } from "../declare/item.ts";
import { type ListQuery, listRequest } from "../declare/list-request.ts";
import { listKey } from "../frame/query.ts";
import { createAddress } from "../frame/screens.ts";
import { useLive } from "../live.ts";
import { PageLink } from "../values/page-link.tsx";
import { DeleteButton } from "./delete-button.tsx";
import { Failure } from "./failure.tsx";
import { columnsOf } from "./list-columns.tsx";
import { ListFilters } from "./list-filters.tsx";

/** The list of a kind: filtered and sorted by the server, a page at a time. */
export function ListPage({ resource, path }: { readonly resource: Resource; readonly path: string }) {
  const [search, setSearch] = useSearchParams();
  const [tokens, setTokens] = useState<readonly string[]>([]);
  const [selected, setSelected] = useState<readonly Item[]>([]);
  const request = listRequest(resource);
  const filters = Object.fromEntries([...search].filter(([name, value]) => isFilter(resource, name) && value !== ""));
  const sort = sortOf(search.get("sort"));
  const page = Math.min(Number(search.get("page") ?? 1), tokens.length + 1);
  const query: ListQuery = { filters, sort, token: page > 1 ? tokens[page - 2] : undefined };
  const input = request.input(query, resource.pageSize ?? 100);
  const polling = useLive({ kind: resource.kind });
  const { data, error, isFetching, isPending, isPlaceholderData, refetch } = useQuery({
    queryKey: listKey(resource.kind, input),
    queryFn: async ({ signal }) => {
      const output = await call(resource.service, resource.list, input, signal);
      return { items: await request.read(output, input, signal), next: request.next(output) };
    },
    placeholderData: keepPreviousData,
    refetchInterval: polling,
  });
  const items = data && !error ? data.items : [];
  const next = data?.next;
  const change = (values: Readonly<Record<string, string>>) => {
    setTokens([]);
    setSearch((before) => {
      const after = new URLSearchParams(before);
      after.delete("page");
      for (const [name, value] of Object.entries(values)) value === "" ? after.delete(name) : after.set(name, value);
      return after;
    });
  };
  const turnTo = (number: number) => {
    if (number > tokens.length + 1 && next) setTokens([...tokens, next]);
    setSelected([]);
    setSearch((before) => new URLSearchParams({ ...Object.fromEntries(before), page: String(number) }));
  };
  const isFiltered = Object.keys(filters).length > 0;
  const columns = columnsOf(resource, path, request);
  return (
    <SpaceBetween size="l">
      <Table
        variant="full-page"
        stickyHeader
        trackBy={(item) => nameOf(resource, item)}
        header={
          <Header
            variant="awsui-h1-sticky"
            description={resource.words}
            counter={
              items.length === 0 ? undefined : next || page > 1 ? `(${items.length} on this page)` : `(${items.length})`
            }
            actions={
              <ListActions
                resource={resource}
                path={path}
                selected={selected}
                refetch={refetch}
                onDeleted={() => setSelected([])}
              />
            }
          >
            {resource.plural}
          </Header>
        }
        columnDefinitions={columns}
        items={items}
        loading={isPending || (isPlaceholderData && isFetching)}
        loadingText={`Reading ${resource.plural.toLowerCase()}`}
        filter={resource.filters && <ListFilters filters={resource.filters} values={filters} onChange={change} />}
        pagination={
          <Pagination
            currentPageIndex={page}
            pagesCount={Math.max(page, tokens.length + 1) + (next && page > tokens.length ? 1 : 0)}
            openEnd={next !== undefined}
            onChange={({ detail }) => turnTo(detail.currentPageIndex)}
            ariaLabels={{
              nextPageLabel: "Next page",
              previousPageLabel: "Previous page",
              pageLabel: (number) => `Page ${number}`,
            }}
          />
        }
        sortingColumn={columns.find(({ sortingField }) => sortingField !== undefined && sortingField === sort?.by)}
        sortingDescending={sort?.descending}
        onSortingChange={({ detail }) =>
          change({ sort: `${detail.isDescending ? "-" : ""}${detail.sortingColumn.sortingField}` })
        }
        selectionType={resource.delete || resource.compare ? "multi" : undefined}
        selectedItems={[...selected]}
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems)}
        ariaLabels={{
          selectionGroupLabel: "Selection",
          allItemsSelectionLabel: () => "Select all of this page",
          itemSelectionLabel: (_, item) => `Select ${nameOf(resource, item)}`,
          tableLabel: resource.plural,
        }}
        empty={
          error ? (
            <Failure error={error} retry={() => void refetch()} />
          ) : (
            <Empty resource={resource} path={path} isFiltered={isFiltered} onClear={() => setSearch({})} />
          )
        }
      />
      <CallLines service={resource.service} calls={[{ operation: operationOf(resource.list), input }]} />
    </SpaceBetween>
  );
}

const isFilter = (resource: Resource, name: string) => resource.filters?.some(({ member }) => member === name) ?? false;

const sortOf = (text: string | null): ListQuery["sort"] =>
  text ? { by: text.replace(/^-/, ""), descending: text.startsWith("-") } : undefined;

interface ActionsProps {
  readonly resource: Resource;
  readonly path: string;
  readonly selected: readonly Item[];
  readonly refetch: () => void;
  readonly onDeleted: () => void;
}

function ListActions({ resource, path, selected, refetch, onDeleted }: ActionsProps) {
  const navigate = useNavigate();
  const { compare } = resource;
  const names = selected.map((item) => nameOf(resource, item));
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button iconName="refresh" ariaLabel="Read again" onClick={refetch} />
      {compare && (
        <Button
          disabled={names.length < 2 || names.length > compare.most}
          disabledReason={names.length < 2 ? "Select two or more" : `At most ${compare.most}`}
          onClick={() => navigate(compare.to(names))}
        >
          {compare.title}
        </Button>
      )}
      {resource.delete && <DeleteButton resource={resource} items={selected} onDeleted={onDeleted} />}
      {resource.create && (
        <Button variant="primary" onClick={() => navigate(createAddress(path))}>
          Create {resource.title.toLowerCase()}
        </Button>
      )}
    </SpaceBetween>
  );
}

interface EmptyProps {
  readonly resource: Resource;
  readonly path: string;
  readonly isFiltered: boolean;
  readonly onClear: () => void;
}

function Empty({ resource, path, isFiltered, onClear }: EmptyProps) {
  return (
    <Box textAlign="center" margin={{ vertical: "l" }}>
      <SpaceBetween size="s">
        <b>
          {isFiltered
            ? `No ${resource.title.toLowerCase()} matches.`
            : `There are no ${resource.plural.toLowerCase()} yet.`}
        </b>
        {isFiltered ? (
          <Button onClick={onClear}>Clear the filter</Button>
        ) : (
          resource.create && <PageLink to={createAddress(path)}>Create the first one</PageLink>
        )}
      </SpaceBetween>
    </Box>
  );
}
