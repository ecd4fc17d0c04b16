import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useNavigate } from "react-router";
import { call } from "../api/command.ts";
import { actionsOf } from "../declare/actions-of.ts";
import type { Action, Resource } from "../declare/define-resource.ts";
import { nameInput } from "../declare/document.ts";
import type { Item } from "../declare/item.ts";
import { notify, notifyFailure } from "../frame/notices.tsx";
import { forgetKind } from "../frame/query.ts";
import { createAddress, detailAddress, listAddress } from "../frame/screens.ts";
import { Confirm } from "./confirm.tsx";
import { DeleteButton } from "./delete-button.tsx";

interface Props {
  readonly resource: Resource;
  readonly path: string;
  readonly name: string;
  readonly item: Item;
  /** Told when it is being deleted, after which it is not to be read. */
  readonly onLeaving: (leaving: boolean) => void;
}

/** What can be done to a document: the declared actions, clone, delete. */
export function DetailActions({ resource, path, name, item, onLeaving }: Props) {
  const navigate = useNavigate();
  const [asking, setAsking] = useState<Action>();
  const [busy, setBusy] = useState(false);
  const run = async (action: Action) => {
    const { command, input, title } = action;
    setBusy(true);
    try {
      await call(resource.service, command!, input?.(item, name) ?? nameInput(resource, command!, name));
      notify("success", `${title}: ${name}`);
    } catch (error) {
      notifyFailure(`${title} failed.`, error);
    }
    setBusy(false);
    setAsking(undefined);
    await forgetKind(resource.kind);
  };
  const start = (action: Action) => {
    if (action.to) navigate(action.to(item, name));
    else if (action.form) navigate(`${detailAddress(path, name)}/${actionStep(action)}`);
    else if (action.confirm) setAsking(action);
    else void run(action);
  };
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {actionsOf(resource).map((action, index) => {
        const reason = action.refused?.(item);
        return (
          <Button
            key={action.title}
            variant={index === 0 && action.to ? "primary" : "normal"}
            disabled={reason !== undefined}
            disabledReason={reason}
            onClick={() => start(action)}
          >
            {action.title}
          </Button>
        );
      })}
      {resource.create && (
        <Button onClick={() => navigate(`${createAddress(path)}?from=${encodeURIComponent(name)}`)}>Clone</Button>
      )}
      {resource.delete && (
        <DeleteButton
          resource={resource}
          items={[item]}
          onDeleted={(kept) => kept.length === 0 && navigate(listAddress(path))}
          onBusy={onLeaving}
        />
      )}
      {asking && (
        <Confirm
          title={`${asking.title} ${name}?`}
          submit={asking.title}
          busy={busy}
          onConfirm={() => void run(asking)}
          onCancel={() => setAsking(undefined)}
        >
          {asking.confirm}
        </Confirm>
      )}
    </SpaceBetween>
  );
}

/** The step of an action in addresses: "Change weights" -> "change-weights". */
export const actionStep = ({ title }: Action): string => title.toLowerCase().replaceAll(" ", "-");
