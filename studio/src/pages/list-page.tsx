import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
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
import { PageTurner } from "./page-turner.tsx";
import { usePages } from "./use-pages.ts";
import { useSelection } from "./use-selection.ts";

/** The list of a kind: filtered and sorted by the server, a page at a time. */
export function ListPage({ resource, path }: { readonly resource: Resource; readonly path: string }) {
  const [search, setSearch] = useSearchParams();
  const request = listRequest(resource);
  const filters = Object.fromEntries([...search].filter(([name, value]) => isFilter(resource, name) && value !== ""));
  const sort = sortOf(search.get("sort"));
  const inputOf = (token?: string) => request.input({ filters, sort, token }, resource.pageSize ?? 100);
  const polling = useLive({ kind: resource.kind });
  const pages = usePages({
    query: listKey(resource.kind, inputOf()),
    polling,
    async read(token, signal) {
      const input = inputOf(token);
      const output = await call(resource.service, resource.list, input, signal);
      return { rows: await request.read(output, input, signal), next: request.next(output) };
    },
  });
  const { rows: items, error, refetch } = pages;
  const { selected, select } = useSelection(pages.id, pages.own, (item) => nameOf(resource, item));
  const change = (values: Readonly<Record<string, string>>) =>
    setSearch((before) => {
      const after = new URLSearchParams(before);
      after.delete("page");
      for (const [name, value] of Object.entries(values)) value === "" ? after.delete(name) : after.set(name, value);
      return after;
    });
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
              items.length === 0
                ? undefined
                : pages.isOpen || pages.page > 1
                  ? `(${items.length} on this page)`
                  : `(${items.length})`
            }
            actions={
              <ListActions resource={resource} path={path} selected={selected} refetch={refetch} onDeleted={select} />
            }
          >
            {resource.plural}
          </Header>
        }
        columnDefinitions={columns}
        items={items}
        loading={pages.isLoading}
        loadingText={`Reading ${resource.plural.toLowerCase()}`}
        filter={resource.filters && <ListFilters filters={resource.filters} values={filters} onChange={change} />}
        pagination={<PageTurner pages={pages} />}
        sortingColumn={columns.find(({ sortingField }) => sortingField !== undefined && sortingField === sort?.by)}
        sortingDescending={sort?.descending}
        onSortingChange={({ detail }) =>
          change({ sort: `${detail.isDescending ? "-" : ""}${detail.sortingColumn.sortingField}` })
        }
        selectionType={resource.delete || resource.compare ? "multi" : undefined}
        selectedItems={selected}
        onSelectionChange={({ detail }) => select(detail.selectedItems)}
        ariaLabels={{
          selectionGroupLabel: "Selection",
          allItemsSelectionLabel: () => "Select all of this page",
          itemSelectionLabel: (_, item) => `Select ${nameOf(resource, item)}`,
          tableLabel: resource.plural,
        }}
        empty={
          error ? (
            <Failure error={error} retry={refetch} />
          ) : (
            <Empty
              resource={resource}
              path={path}
              isFiltered={isFiltered}
              onClear={() => change(Object.fromEntries(Object.keys(filters).map((name) => [name, ""])))}
            />
          )
        }
      />
      <CallLines
        service={resource.service}
        calls={[{ operation: operationOf(resource.list), input: inputOf(pages.token) }]}
      />
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
  /** Told what could not be deleted. */
  readonly onDeleted: (kept: readonly Item[]) => void;
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
