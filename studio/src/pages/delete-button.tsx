import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import type { Resource } from "../declare/define-resource.ts";
import { deleteDocument, nameOf } from "../declare/document.ts";
import type { Item } from "../declare/item.ts";
import { notify, notifyFailure } from "../frame/notices.tsx";
import { forgetKind } from "../frame/query.ts";
import { shortName } from "../values/short-name.ts";
import { Confirm } from "./confirm.tsx";

interface Props {
  readonly resource: Resource;
  readonly items: readonly Item[];
  readonly onDeleted: () => void;
  /** Told when the deletion begins, and when it has failed. */
  readonly onBusy?: (busy: boolean) => void;
}

/** Deletes what is selected, one after the other, after it has asked. */
export function DeleteButton({ resource, items, onDeleted, onBusy }: Props) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const names = items.map((item) => shortName(nameOf(resource, item)));
  const what = names.length === 1 ? names[0]! : `${names.length} ${resource.plural.toLowerCase()}`;
  const remove = async () => {
    setBusy(true);
    onBusy?.(true);
    try {
      for (const item of items) await deleteDocument(resource, item);
      notify("success", `${what} ${names.length === 1 ? "is" : "are"} deleted.`);
      onDeleted();
    } catch (error) {
      onBusy?.(false);
      notifyFailure(`${what} could not be deleted.`, error);
    }
    setBusy(false);
    setAsking(false);
    await forgetKind(resource.kind);
  };
  return (
    <>
      <Button
        disabled={items.length === 0}
        disabledReason="Select what is to be deleted"
        onClick={() => setAsking(true)}
      >
        Delete
      </Button>
      {asking && (
        <Confirm
          title={`Delete ${what}?`}
          submit="Delete"
          busy={busy}
          onConfirm={() => void remove()}
          onCancel={() => setAsking(false)}
        >
          {resource.deleteWords ?? "This cannot be taken back."}
          {names.length > 1 && (
            <ul>
              {names.map((name) => (
                <li key={name}>{name}</li>
              ))}
            </ul>
          )}
        </Confirm>
      )}
    </>
  );
}
