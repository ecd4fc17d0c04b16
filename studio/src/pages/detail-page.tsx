import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import Header, { type HeaderProps } from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import Tabs from "@cloudscape-design/components/tabs";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import { operationOf } from "../api/command.ts";
import { CallLines } from "../calls/call-lines.tsx";
import type { DetailSection, Panel, Resource } from "../declare/define-resource.ts";
import { arnOf, readDocument, readRequest } from "../declare/document.ts";
import type { Item } from "../declare/item.ts";
import { valueAt } from "../declare/path.ts";
import { detailKey } from "../frame/query.ts";
import { useLive } from "../live.ts";
import { json } from "../panels/json.tsx";
import { hasTags } from "../panels/tagged-services.ts";
import { tags } from "../panels/tags.tsx";
import { shortName } from "../values/short-name.ts";
import { Status } from "../values/status.tsx";
import { Value } from "../values/value.tsx";
import { visibleName } from "../values/visible.ts";
import { titleOf } from "../values/words.ts";
import { DetailActions } from "./detail-actions.tsx";
import { Failure } from "./failure.tsx";

interface Props {
  readonly resource: Resource;
  readonly path: string;
  readonly name: string;
}

/** The page of one document: what it is, then a tab for each panel. */
export function DetailPage({ resource, path, name }: Props) {
  const [search, setSearch] = useSearchParams();
  const [leaving, setLeaving] = useState(false);
  const tab = search.get("tab");
  // The first panel is loaded while the document is read.
  const opened = resource.panels?.find(({ title }) => tab === null || title === tab);
  useEffect(() => opened?.body.prepare?.(), [opened]);
  const polling = useLive({ kind: resource.kind });
  const { data, error, refetch } = useQuery({
    queryKey: detailKey(resource.kind, name),
    queryFn: ({ signal }) => readDocument(resource, name, signal),
    refetchInterval: polling,
    enabled: !leaving,
  });
  if (error)
    return (
      <SpaceBetween size="l">
        <Heading words={resource.title} name={shortName(name)} />
        <Failure error={error} retry={() => void refetch()} />
      </SpaceBetween>
    );
  if (!data) return <Spinner size="large" />;
  const status = resource.status && valueAt(data, resource.status);
  const panels = [
    ...(resource.panels ?? []),
    ...(resource.sections.length > 1 ? [details] : []),
    ...(arnOf(resource, data) && hasTags(resource.service) && (resource.tagged?.(data) ?? true) ? [tags] : []),
    json,
  ].filter(({ when }) => when === undefined || when(data));
  const { command, input } = readRequest(resource, name);
  return (
    <SpaceBetween size="l">
      <Heading
        words={resource.title}
        name={resource.label?.(data) || shortName(name)}
        info={typeof status === "string" ? <Status value={status} /> : undefined}
        actions={<DetailActions resource={resource} path={path} name={name} item={data} onLeaving={setLeaving} />}
      />
      <Sections sections={resource.sections.slice(0, 1)} item={data} />
      <Tabs
        ariaLabel={`More of ${name}`}
        // An address may name a tab that this document does not have.
        activeTabId={(panels.find(({ title }) => title === tab) ?? panels[0]!).title}
        onChange={({ detail }) => setSearch({ tab: detail.activeTabId }, { replace: true })}
        tabs={panels.map((panel) => ({
          id: panel.title,
          label: panel.title,
          content: <PanelBody panel={panel} resource={resource} name={name} item={data} />,
        }))}
      />
      <CallLines service={resource.service} calls={[{ operation: operationOf(command), input }]} />
    </SpaceBetween>
  );
}

/** What the first section, which is above the tabs, does not say. */
const details: Panel = {
  title: "Details",
  body: ({ resource, item }) => <Sections sections={resource.sections.slice(1)} item={item} />,
};

function PanelBody({ panel, ...props }: { panel: Panel; resource: Resource; name: string; item: Item }) {
  const Body = panel.body;
  return <Body {...props} />;
}

interface HeadingProps extends Pick<HeaderProps, "info" | "actions"> {
  readonly words: string;
  readonly name: string;
}

const Heading = ({ words, name, ...more }: HeadingProps) => (
  <Header variant="h1" description={words} {...more}>
    <span className="name">{visibleName(name)}</span>
  </Header>
);

/** What is nested or long is read only where it has some width; else it is one below the other. */
const nestedWidth = 260;
const longText = 60;
const isWide = (value: unknown) =>
  typeof value === "string" ? value.length > longText : typeof value === "object" && !(value instanceof Date);

/** The value says its unit. */
const withoutUnit = (title: string) => title.replace(/ in (seconds|bytes)$/, "");

function Sections({ sections, item }: { readonly sections: readonly DetailSection<never>[]; readonly item: Item }) {
  return (
    <SpaceBetween size="l">
      {sections.map(({ title, members }) => {
        const paths = (members as readonly string[]).filter((path) => valueAt(item, path) !== undefined);
        if (paths.length === 0) return null;
        return (
          <Container key={title} header={<Header variant="h2">{title}</Header>}>
            <ColumnLayout>
              <KeyValuePairs
                columns={Math.min(4, Math.max(paths.length, 2))}
                minColumnWidth={paths.some((path) => isWide(valueAt(item, path))) ? nestedWidth : undefined}
                items={paths.map((path) => ({
                  label: withoutUnit(titleOf(path)),
                  value: <Value value={valueAt(item, path)} member={path.split(".").at(-1)!} />,
                }))}
              />
            </ColumnLayout>
          </Container>
        );
      })}
    </SpaceBetween>
  );
}
