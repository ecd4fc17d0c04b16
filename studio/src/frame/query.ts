import { QueryClient } from "@tanstack/react-query";

/** What pages have asked for. Live changes make it stale; without them it is asked again when a page is opened. */
export const queries = new QueryClient({
  defaultOptions: { queries: { staleTime: 2_000, retry: false, refetchOnWindowFocus: true } },
});

/** The keys of what is asked: everything of a kind is below its name. */
export const listKey = (kind: string, input: object) => [kind, "list", input] as const;
export const detailKey = (kind: string, name: string) => [kind, "one", name] as const;

export const forgetKind = (kind: string): Promise<void> => queries.invalidateQueries({ queryKey: [kind] });
