import Header from "@cloudscape-design/components/header";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useNavigate } from "react-router";
import { type CommandClass, operationOf } from "../api/command.ts";
import { actionsOf } from "../declare/actions-of.ts";
import type { Action, Resource } from "../declare/define-resource.ts";
import { readDocument } from "../declare/document.ts";
import type { FormGroup } from "../declare/form-group.ts";
import type { Item } from "../declare/item.ts";
import { valueAt } from "../declare/path.ts";
import { fitInput } from "../form/fit-input.ts";
import { OperationForm } from "../form/operation-form.tsx";
import { isScalar } from "../form/place-of.ts";
import { putBack } from "../form/put-back.ts";
import { withCleared } from "../form/with-cleared.ts";
import { notify } from "../frame/notices.tsx";
import { detailKey, forgetKind } from "../frame/query.ts";
import { detailAddress } from "../frame/screens.ts";
import { shortName } from "../values/short-name.ts";
import { visibleName } from "../values/visible.ts";
import { nameField } from "./create-page.tsx";
import { actionStep } from "./detail-actions.tsx";
import { Failure } from "./failure.tsx";

interface Props {
  readonly resource: Resource;
  readonly path: string;
  readonly name: string;
}

type FormAction = Action & { readonly command: CommandClass; readonly form: readonly FormGroup[] };

const asksInput = (action: Action): action is FormAction => action.form !== undefined && action.command !== undefined;

/** The page of an action that asks for more than a yes. */
export function ActionPage({ resource, path, name, step }: Props & { readonly step: string }) {
  const action = actionsOf(resource)
    .filter(asksInput)
    .find((one) => actionStep(one) === step);
  // What a form edits is what is there now: nothing that a page has read before.
  const { data, error } = useQuery({
    queryKey: [...detailKey(resource.kind, name), "action", step],
    queryFn: ({ signal }) => readDocument(resource, name, signal, action?.reads),
    enabled: action !== undefined,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!action) return <Failure error={new Error(`There is no page ${step} of ${resource.plural.toLowerCase()}.`)} />;
  if (error) return <Failure error={error} />;
  if (!data) return <Spinner size="large" />;
  return <ActionForm {...{ resource, path, name, action }} item={data} />;
}

function ActionForm({
  resource,
  path,
  name,
  action,
  item,
}: Props & { readonly action: FormAction; readonly item: Item }) {
  const navigate = useNavigate();
  const { changes, command, form, reads, leaves = false } = action;
  const { input: shape } = operationOf(command);
  const startOf = (one: Item) => (fitInput(shape, action.input?.(one, name)) ?? {}) as object;
  const [begun] = useState(() => startOf(item));
  const fixed = useMemo(() => fixedMembers(resource, command, begun), [resource, command, begun]);
  const back = () => navigate(detailAddress(path, name));
  return (
    <OperationForm
      service={resource.service}
      command={command}
      groups={form}
      fixed={fixed}
      start={begun}
      complete={
        changes
          ? (_, input) => ({ input: changes(input as Item, begun as Item), problems: new Map(), checked: input })
          : leaves
            ? (facts, input) => withCleared(shape, facts, begun, input)
            : undefined
      }
      submit={action.title}
      header={<Header variant="h1">{`${action.title}: ${visibleName(shortName(name))}`}</Header>}
      refuse={async (input) => {
        const now = startOf(await readDocument(resource, name, undefined, reads));
        const members = putBack(begun, now, input, leaves || changes !== undefined);
        return members.length > 0 ? changedMeanwhile(members) : undefined;
      }}
      onCancel={back}
      onDone={() => {
        notify("success", `${action.title}: ${shortName(name)}`);
        void forgetKind(resource.kind);
        back();
      }}
    />
  );
}

const changedMeanwhile = (members: readonly string[]): string =>
  `It has changed since this form was opened, and would be put back: ${members.join(", ")}. Load the page anew, and edit what is there now.`;

/** The members that say which thing is changed: another one would be changed by another name. */
function fixedMembers(resource: Resource, command: CommandClass, begun: object): readonly string[] {
  const required = operationOf(command).input.members.filter(({ required, shape }) => required && isScalar(shape));
  const paths = [...required.map(({ name }) => name), nameField(resource) ?? ""];
  return paths.filter((path) => path !== "" && valueAt(begun, path) !== undefined);
}
