import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { type Answer, pageNumber, readPage } from "./read-page.ts";

interface Options<Row> {
  /** What is asked for, below the kind whose changes make it read again. */
  readonly query: readonly [kind: string, ...asked: unknown[]];
  readonly read: (token: string | undefined, signal: AbortSignal) => Promise<Answer<Row>>;
  /** How often it is asked without a socket. */
  readonly polling?: number | false;
}

/** The page of a list that the address says: "?page=3". */
export function usePages<Row>({ query, read, polling = false }: Options<Row>) {
  const [search, setSearch] = useSearchParams();
  const wanted = pageNumber(search);
  const { data, error, isPending, isPlaceholderData, isFetching, refetch } = useQuery({
    queryKey: [...query, wanted],
    queryFn: ({ signal }) => readPage(JSON.stringify(query), wanted, (token) => read(token, signal)),
    placeholderData: keepPreviousData,
    refetchInterval: polling,
  });
  const shown = isPlaceholderData || error ? undefined : data;
  return {
    rows: (error ? undefined : data?.rows) ?? [],
    /** Rows of this query: not those of the one before, which stand there while it is read. */
    own: shown?.rows ?? [],
    /** Names the rows that are shown: others are another choice. */
    id: JSON.stringify([query, wanted]),
    error,
    /** Absent while it is read. */
    token: shown?.token,
    isLoading: isPending || (isPlaceholderData && isFetching),
    refetch: () => void refetch(),
    page: shown?.number ?? wanted,
    known: Math.max(data?.known ?? 1, wanted === 1 ? 1 : (shown?.number ?? wanted)),
    isOpen: data?.next !== undefined,
    turnTo: (number: number) =>
      setSearch((before) => {
        const after = new URLSearchParams(before);
        after.set("page", String(number));
        return after;
      }),
  };
}

export type Pages = Pick<ReturnType<typeof usePages>, "page" | "known" | "isOpen" | "turnTo">;
