import Box from "@cloudscape-design/components/box";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect } from "react";
import { useParams } from "react-router";
import type { Resource } from "../declare/define-resource.ts";
import { Failure } from "../pages/failure.tsx";
import { FailureBoundary } from "./failure-boundary.tsx";
import type { ResourceEntry, RoomEntry } from "./screens.ts";

// Each kind of page is loaded when one is opened: the form is the largest, and most visits have none.
const ListPage = lazy(() => import("../pages/list-page.tsx").then((file) => ({ default: file.ListPage })));
const DetailPage = lazy(() => import("../pages/detail-page.tsx").then((file) => ({ default: file.DetailPage })));
const CreatePage = lazy(() => import("../pages/create-page.tsx").then((file) => ({ default: file.CreatePage })));
const ActionPage = lazy(() => import("../pages/create-page.tsx").then((file) => ({ default: file.ActionPage })));

interface Props {
  readonly entry: ResourceEntry;
}

/** Loads a screen's file, then draws. */
function Loaded<T>({
  id,
  title,
  load,
  children,
}: {
  id: string;
  title: string;
  load: () => Promise<T>;
  children: (loaded: T) => React.ReactNode;
}) {
  const { data, error } = useQuery({ queryKey: ["screen", id], queryFn: load, staleTime: Number.POSITIVE_INFINITY });
  useEffect(() => {
    document.title = `${title} - Sagebrush Studio`;
  }, [title]);
  if (error) return <Failure error={error} retry={() => location.reload()} />;
  if (!data) return <Waiting />;
  return (
    <FailureBoundary key={`${id} ${title}`}>
      <Suspense fallback={<Waiting />}>{children(data)}</Suspense>
    </FailureBoundary>
  );
}

const Waiting = () => (
  <Box padding="xxl" textAlign="center">
    <Spinner size="large" />
  </Box>
);

const screen = ({ entry }: Props, title: string, draw: (resource: Resource) => React.ReactNode) => (
  <Loaded id={entry.path} title={title} load={entry.load}>
    {draw}
  </Loaded>
);

export const ListRoute = (props: Props) =>
  screen(props, props.entry.plural, (resource) => (
    <ListPage key={props.entry.path} resource={resource} path={props.entry.path} />
  ));

export const CreateRoute = (props: Props) =>
  screen(props, `Create ${props.entry.title.toLowerCase()}`, (resource) => (
    <CreatePage key={props.entry.path} resource={resource} path={props.entry.path} />
  ));

export function DetailRoute(props: Props) {
  const { name = "" } = useParams();
  return screen(props, name, (resource) => (
    <DetailPage key={`${props.entry.path} ${name}`} resource={resource} path={props.entry.path} name={name} />
  ));
}

export function ActionRoute(props: Props) {
  const { name = "", step = "" } = useParams();
  return screen(props, name, (resource) => (
    <ActionPage key={`${name} ${step}`} resource={resource} path={props.entry.path} name={name} step={step} />
  ));
}

export const RoomRoute = ({ entry }: { readonly entry: RoomEntry }) => (
  <Loaded id={`room ${entry.path}`} title={entry.title} load={entry.load}>
    {({ Page }) => <Page />}
  </Loaded>
);
