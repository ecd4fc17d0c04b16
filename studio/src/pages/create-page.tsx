import Alert from "@cloudscape-design/components/alert";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearchParams } from "react-router";
import { operationOf } from "../api/command.ts";
import type { Resource } from "../declare/define-resource.ts";
import { nameOf, readDocument, wouldReplace } from "../declare/document.ts";
import type { FormField } from "../declare/form-group.ts";
import type { Item } from "../declare/item.ts";
import { valueAt, withValueAt } from "../declare/path.ts";
import { copyName, fitInput } from "../form/fit-input.ts";
import { fromAddress } from "../form/from-address.ts";
import { OperationForm } from "../form/operation-form.tsx";
import { notify } from "../frame/notices.tsx";
import { detailKey, forgetKind } from "../frame/query.ts";
import { detailAddress, listAddress } from "../frame/screens.ts";
import { shortName } from "../values/short-name.ts";
import { visibleName } from "../values/visible.ts";
import { Failure } from "./failure.tsx";

interface Props {
  readonly resource: Resource;
  readonly path: string;
}

/** The page that makes a document, from nothing or, with `?from=NAME`, as a clone. */
export function CreatePage({ resource, path }: Props) {
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const from = search.get("from") ?? undefined;
  const { data, error } = useQuery({
    queryKey: detailKey(resource.kind, from ?? ""),
    queryFn: () => readDocument(resource, from!),
    enabled: from !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error) return <Failure error={error} />;
  if (from !== undefined && !data) return <Spinner size="large" />;
  const command = resource.create!;
  const { input, name } = operationOf(command);
  const given = fromAddress(
    input,
    name,
    [...search].filter(([member]) => member !== "from"),
  );
  const start = { ...(data ? cloned(resource, data) : resource.start?.()), ...given.draft };
  return (
    <OperationForm
      service={resource.service}
      command={command}
      groups={resource.form ?? []}
      start={start}
      submit={`Create ${resource.title.toLowerCase()}`}
      header={
        <SpaceBetween size="m">
          <Header variant="h1" description={resource.words}>
            {from ? `Clone ${visibleName(shortName(from))}` : `Create ${resource.title.toLowerCase()}`}
          </Header>
          {given.left.length > 0 && (
            <Alert type="warning" header="The address has more than this form takes from one">
              {given.left.join(" ")}
            </Alert>
          )}
        </SpaceBetween>
      }
      refuse={async (given) =>
        (await wouldReplace(resource, given))
          ? `There is one of this name already, which would be replaced: edit that ${resource.title.toLowerCase()}, or choose another name.`
          : undefined
      }
      onCancel={() => navigate(-1)}
      onDone={(input, output) => {
        const inner = nameField(resource);
        const [step = ""] = inner?.split(".") ?? [];
        const name = nameOf(resource, { ...input, ...((input as Item)[step] as object | undefined), ...output });
        notify("success", `${shortName(name) || resource.title} is created.`);
        void forgetKind(resource.kind);
        navigate(name === "" ? listAddress(path) : detailAddress(path, name));
      }}
    />
  );
}

function cloned(resource: Resource, item: Item): object {
  const { input } = operationOf(resource.create!);
  const fitted = (fitInput(input, resource.again?.(item) ?? item) ?? {}) as object;
  // What the service names by itself, or what is named for another thing, has no name to choose.
  const path = nameField(resource);
  const name = path && valueAt(fitted, path);
  if (typeof name !== "string") return fitted;
  // SQL writes names with a hyphen in quotes.
  const copy = copyName(name, resource.area === "SQL" ? "_" : "-");
  return withValueAt(fitted, path!.split("."), copy) as object;
}

/** The field of the name of what a form makes: "ModelName", "TableInput.Name". */
export const nameField = ({ form = [] }: Resource): string | undefined =>
  (form.flatMap(({ fields }) => fields) as readonly (string | FormField)[])
    .flatMap((field) => (typeof field !== "string" && field.isName ? field.member : []))
    .at(0);
