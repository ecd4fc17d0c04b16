import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import type { Resource } from "../declare/define-resource.ts";
import { deleteDocument, nameOf } from "../declare/document.ts";
import type { Item } from "../declare/item.ts";
import { forgetKind } from "../frame/query.ts";
import { shortName } from "../values/short-name.ts";
import { visibleName } from "../values/visible.ts";
import { Confirm } from "./confirm.tsx";
import { deleteEach } from "./delete-each.ts";
import { notifyDeletion } from "./deletion-notice.tsx";

interface Props {
  readonly resource: Resource;
  readonly items: readonly Item[];
  /** Told what could not be deleted. */
  readonly onDeleted: (kept: readonly Item[]) => void;
  /** Told when the deletion begins, and when it has failed. */
  readonly onBusy?: (busy: boolean) => void;
}

/** Deletes what is selected, one after the other, after it has asked. */
export function DeleteButton({ resource, items, onDeleted, onBusy }: Props) {
  /** What is asked about, as the person saw it: rows may go meanwhile. */
  const [asked, setAsked] = useState<readonly Item[]>();
  /** While it deletes. */
  const [ending, setEnding] = useState<AbortController>();
  const calledOf = (item: Item) => shortName(nameOf(resource, item));
  const what = (all: readonly Item[]) =>
    all.length === 1 ? calledOf(all[0]!) : `${all.length} ${resource.plural.toLowerCase()}`;
  const remove = async (doomed: readonly Item[]) => {
    const abort = new AbortController();
    setEnding(abort);
    onBusy?.(true);
    const { gone, kept } = await deleteEach(doomed, (item) => deleteDocument(resource, item), abort.signal);
    onBusy?.(kept.length === 0);
    notifyDeletion(
      gone.length === 0 ? undefined : `${what(gone)} ${gone.length === 1 ? "is" : "are"} deleted.`,
      kept.map(({ thing, reason }) => ({ thing: calledOf(thing), reason })),
    );
    onDeleted(kept.map(({ thing }) => thing));
    setEnding(undefined);
    setAsked(undefined);
    await forgetKind(resource.kind);
  };
  return (
    <>
      <Button
        disabled={items.length === 0}
        disabledReason="Select what is to be deleted"
        onClick={() => setAsked(items)}
      >
        Delete
      </Button>
      {asked && (
        <Confirm
          title={`Delete ${what(asked)}?`}
          submit="Delete"
          busy={ending !== undefined}
          onConfirm={() => void remove(asked)}
          onCancel={() => {
            ending?.abort();
            setAsked(undefined);
          }}
        >
          {resource.deleteWords ?? "This cannot be taken back."}
          {asked.length > 1 && (
            <ul>
              {asked.map(calledOf).map((name) => (
                <li key={name} className="name">
                  {visibleName(name)}
                </li>
              ))}
            </ul>
          )}
        </Confirm>
      )}
    </>
  );
}
