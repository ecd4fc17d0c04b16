import Button from "@cloudscape-design/components/button";
import Icon from "@cloudscape-design/components/icon";
import Spinner from "@cloudscape-design/components/spinner";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { nameIn } from "../catalog/named-in.ts";
import { quoted } from "../catalog/sql-address.ts";
import { detailAddress } from "../frame/screens.ts";
import { useLive } from "../live.ts";
import { Failure } from "../pages/failure.tsx";
import { PageLink } from "../values/page-link.tsx";
import { type NamesPage, readColumns, readDatabases, readTables } from "./catalog-source.ts";

interface Props {
  /** The database that statements are asked in, which is open at first. */
  readonly database: string | undefined;
  /** Writes a name into the statement. */
  readonly onName: (name: string) => void;
}

/** Databases, their tables and their columns, each read when it is opened. */
export function CatalogTree({ database, onName }: Props) {
  const [typed, setTyped] = useState("");
  const [text, setText] = useState("");
  return (
    <nav className="sql-tree" aria-label="Data Catalog">
      <TextFilter
        filteringText={typed}
        filteringPlaceholder="Table contains"
        filteringAriaLabel="Table contains"
        onChange={({ detail }) => setTyped(detail.filteringText)}
        onDelayedChange={({ detail }) => setText(detail.filteringText)}
      />
      <Names
        kind="glue/database"
        id="all"
        read={readDatabases}
        empty="There are no databases yet."
        draw={(name) => (
          <Branch
            key={name === database ? `${name} chosen` : name}
            name={name}
            isOpen={name === database}
            page={detailAddress("database", name)}
            onName={() => onName(quoted(name))}
          >
            <Names
              kind="glue/table"
              id={`${name} ${text}`}
              read={(token, signal) => readTables(name, text, token, signal)}
              empty={text === "" ? "No tables" : "No table matches"}
              draw={(table) => (
                <Branch
                  key={table}
                  name={table}
                  page={detailAddress("table", nameIn(name, table))}
                  onName={() => onName(name === database ? quoted(table) : `${quoted(name)}.${quoted(table)}`)}
                >
                  <Columns database={name} table={table} onName={onName} />
                </Branch>
              )}
            />
          </Branch>
        )}
      />
    </nav>
  );
}

interface BranchProps {
  readonly name: string;
  readonly isOpen?: boolean;
  readonly page: string;
  readonly onName: () => void;
  readonly children: ReactNode;
}

function Branch({ name, isOpen = false, page, onName, children }: BranchProps) {
  const [open, setOpen] = useState(isOpen);
  return (
    <li>
      <div className="sql-branch">
        <button
          type="button"
          className="sql-open"
          aria-expanded={open}
          aria-label={`${open ? "Close" : "Open"} ${name}`}
          onClick={() => setOpen(!open)}
        >
          <Icon name={open ? "caret-down-filled" : "caret-right-filled"} size="small" />
        </button>
        <button type="button" className="sql-name" aria-label={`Write ${name}`} onClick={onName}>
          {name}
        </button>
        <PageLink to={page}>
          <Icon name="file" size="small" ariaLabel={`The page of ${name}`} />
        </PageLink>
      </div>
      {open && children}
    </li>
  );
}

interface NamesProps {
  readonly kind: string;
  readonly id: string;
  readonly read: (token: string | undefined, signal: AbortSignal) => Promise<NamesPage>;
  readonly draw: (name: string) => ReactNode;
  readonly empty: string;
}

/** A list of names, of which more are read on demand. */
function Names({ kind, id, read, draw, empty }: NamesProps) {
  const polling = useLive({ kind });
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: [kind, "tree", id],
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    refetchInterval: polling,
  });
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Spinner />;
  const names = data.pages.flatMap((page) => page.names);
  if (names.length === 0) return <p className="sql-none">{empty}</p>;
  return (
    <>
      <ul>{names.map(draw)}</ul>
      {hasNextPage && (
        <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          More
        </Button>
      )}
    </>
  );
}

function Columns({ database, table, onName }: { database: string; table: string; onName: Props["onName"] }) {
  const { data, error } = useQuery({
    queryKey: ["glue/table", "tree columns", database, table],
    queryFn: () => readColumns(database, table),
  });
  if (error) return <p className="sql-none">{error.message}</p>;
  if (!data) return <Spinner />;
  return (
    <ul>
      {data.map(({ name, type, isKey }) => (
        <li key={name} className="sql-branch sql-column">
          <button type="button" className="sql-name" aria-label={`Write ${name}`} onClick={() => onName(quoted(name))}>
            {name}
          </button>
          <span className="type">
            {type}
            {isKey && ", partition key"}
          </span>
        </li>
      ))}
    </ul>
  );
}
