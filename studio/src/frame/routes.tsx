import Box from "@cloudscape-design/components/box";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { type ComponentType, type ReactNode, useEffect } from "react";
import { useLocation } from "react-router";
import type { Resource } from "../declare/define-resource.ts";
import { Failure } from "../pages/failure.tsx";
import { FailureBoundary } from "./failure-boundary.tsx";
import { Missing } from "./missing.tsx";
import { type Place, placeOf } from "./place.ts";
import { queries } from "./query.ts";
import { allScreens, type ResourceEntry, type RoomEntry } from "./screens.ts";

/** What the page of a resource is told. */
interface PageProps {
  readonly resource: Resource;
  readonly path: string;
  readonly name: string;
  readonly step: string;
}

// Each kind of page is loaded when one is opened: the form is the largest, and most visits have none.
const pages = {
  list: async (): Promise<ComponentType<PageProps>> => (await import("../pages/list-page.tsx")).ListPage,
  detail: async (): Promise<ComponentType<PageProps>> => (await import("../pages/detail-page.tsx")).DetailPage,
  create: async (): Promise<ComponentType<PageProps>> => (await import("../pages/create-page.tsx")).CreatePage,
  action: async (): Promise<ComponentType<PageProps>> => (await import("../pages/action-page.tsx")).ActionPage,
};

const loading = <T,>(id: string, load: () => Promise<T>) => ({
  queryKey: ["screen", id],
  queryFn: load,
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
});

/** What draws a page of a resource: its declaration, and the page's own file beside it. */
const loadingPage = (entry: ResourceEntry, page: keyof typeof pages) =>
  loading(`${entry.path} ${page}`, async () => {
    const [resource, Page] = await Promise.all([entry.load(), pages[page]()]);
    return { resource, Page };
  });

const loadingRoom = (entry: RoomEntry) => loading(`room ${entry.path}`, entry.load);

/** Loads the files of the page at an address below Studio's, before somebody goes there. */
export function preparePage(pathname: string): void {
  const { resource, room } = screenAt(pathname);
  if (room) return void queries.prefetchQuery(loadingRoom(room));
  const place = placeOf(pathname);
  if (place && resource) void queries.prefetchQuery(loadingPage(resource, pageAt(place)));
}

/** The screen of an address, by its first step: that of the first page is empty. */
function screenAt(pathname: string): { readonly resource?: ResourceEntry; readonly room?: RoomEntry } {
  const { resources, rooms } = allScreens();
  const [, step = ""] = pathname.split("/");
  return {
    resource: resources.find(({ path }) => path === step),
    room: rooms.find(({ path }) => (path === "home" ? "" : path) === step),
  };
}

const pageAt = ({ name, action, creates }: Place): keyof typeof pages =>
  action !== undefined ? "action" : creates ? "create" : name === undefined ? "list" : "detail";

/** Loads a screen's files, then draws. */
function Loaded<T>({
  query,
  title,
  children,
}: {
  query: ReturnType<typeof loading<T>>;
  title: string;
  children: (loaded: T) => ReactNode;
}) {
  const { data, error } = useQuery(query);
  useEffect(() => {
    document.title = `${title} - Sagebrush Studio`;
  }, [title]);
  if (error) return <Failure error={error} retry={() => location.reload()} />;
  if (!data) return <Waiting />;
  return <FailureBoundary key={`${query.queryKey} ${title}`}>{children(data)}</FailureBoundary>;
}

const Waiting = () => (
  <Box padding="xxl" textAlign="center">
    <Spinner size="large" />
  </Box>
);

/** A page of a resource, made anew for another document. */
function ResourceRoute({ entry }: { readonly entry: ResourceEntry }) {
  const place = placeOf(useLocation().pathname);
  if (!place || (place.creates && !entry.creates)) return <Missing />;
  const { path, plural, title } = entry;
  const { name = "", action: step = "", creates } = place;
  const shown = creates ? `Create ${title.toLowerCase()}` : name || plural;
  return (
    <Loaded query={loadingPage(entry, pageAt(place))} title={shown}>
      {({ resource, Page }) => (
        <Page key={JSON.stringify([path, name, step])} resource={resource} path={path} name={name} step={step} />
      )}
    </Loaded>
  );
}

const RoomRoute = ({ entry }: { readonly entry: RoomEntry }) => (
  <Loaded query={loadingRoom(entry)} title={entry.title}>
    {({ Page }) => <Page />}
  </Loaded>
);

/** The page at an address. It is found here: a router would read the address itself, and complain of what is no escaped text. */
export function Shown({ pathname }: { readonly pathname: string }) {
  const { resource, room } = screenAt(pathname);
  if (room) return <RoomRoute key={room.path} entry={room} />;
  return resource ? <ResourceRoute key={resource.path} entry={resource} /> : <Missing />;
}
