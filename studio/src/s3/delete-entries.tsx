import Button from "@cloudscape-design/components/button";
import { useEffect, useState } from "react";
import { notify } from "../frame/notices.tsx";
import { forgetKind } from "../frame/query.ts";
import { Confirm } from "../pages/confirm.tsx";
import { notifyDeletion } from "../pages/deletion-notice.tsx";
import { number } from "../values/format.ts";
import { countEntries, deleteEntries, type Entry, entriesKind } from "./objects.ts";

interface Props {
  readonly bucket: string;
  readonly entries: readonly Entry[];
  /** Told which entries could not be deleted, or not whole. */
  readonly onDeleted: (kept: readonly Entry[]) => void;
}

/** Deletes objects and folders, after it has counted them and asked. */
export function DeleteEntries({ bucket, entries, onDeleted }: Props) {
  /** As they were when it was asked: rows may go meanwhile. */
  const [asked, setAsked] = useState<readonly Entry[]>();
  return (
    <>
      <Button
        disabled={entries.length === 0}
        disabledReason="Select what is to be deleted"
        onClick={() => setAsked(entries)}
      >
        Delete
      </Button>
      {asked && <Question bucket={bucket} entries={asked} onDeleted={onDeleted} onClose={() => setAsked(undefined)} />}
    </>
  );
}

function Question({ bucket, entries, onDeleted, onClose }: Props & { readonly onClose: () => void }) {
  const [count, setCount] = useState(0);
  const [counting, setCounting] = useState(true);
  const [deleted, setDeleted] = useState<number>();
  const [ending] = useState(() => new AbortController());
  useEffect(() => {
    const abort = new AbortController();
    countEntries(bucket, entries, setCount, abort.signal).then(
      () => setCounting(false),
      // What cannot be counted can be asked for all the same.
      () => undefined,
    );
    return () => abort.abort();
  }, [bucket, entries]);
  const what = entries.length === 1 ? entries[0]!.key : `${number(entries.length)} entries`;
  const objects = `${number(count)} ${count === 1 ? "object" : "objects"}`;
  const remove = async () => {
    let gone = 0;
    const told = (now: number) => {
      gone = now;
      setDeleted(now);
    };
    told(0);
    try {
      const kept = await deleteEntries(bucket, entries, told, ending.signal);
      const some = gone === 0 ? undefined : `${number(gone)} ${gone === 1 ? "object is" : "objects are"} deleted.`;
      notifyDeletion(kept.length === 0 ? `${what} deleted.` : some, kept);
      onDeleted([...new Set(kept.map(({ entry }) => entry))]);
    } catch {
      // A person has ended it.
      notify("info", `It was ended. ${number(gone)} of ${objects} are deleted.`);
    }
    onClose();
    await forgetKind(entriesKind);
  };
  return (
    <Confirm
      title={`Delete ${what}?`}
      submit="Delete"
      busy={deleted !== undefined}
      onConfirm={() => void remove()}
      onCancel={() => {
        ending.abort();
        onClose();
      }}
    >
      <p aria-live="polite">
        {deleted !== undefined && deleted > 0
          ? `${number(deleted)} of ${objects} are deleted.`
          : counting
            ? `It is counted how many objects go: ${number(count)} so far.`
            : `${objects} ${count === 1 ? "goes" : "go"}. This cannot be taken back.`}
      </p>
    </Confirm>
  );
}
