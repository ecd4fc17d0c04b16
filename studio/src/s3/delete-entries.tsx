import Button from "@cloudscape-design/components/button";
import { useEffect, useState } from "react";
import { notify, notifyFailure } from "../frame/notices.tsx";
import { forgetKind } from "../frame/query.ts";
import { Confirm } from "../pages/confirm.tsx";
import { number } from "../values/format.ts";
import { countEntries, deleteEntries, type Entry, entriesKind } from "./objects.ts";

interface Props {
  readonly bucket: string;
  readonly entries: readonly Entry[];
  readonly onDeleted: () => void;
}

/** Deletes objects and folders, after it has counted them and asked. */
export function DeleteEntries({ bucket, entries, onDeleted }: Props) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button
        disabled={entries.length === 0}
        disabledReason="Select what is to be deleted"
        onClick={() => setAsking(true)}
      >
        Delete
      </Button>
      {asking && <Question bucket={bucket} entries={entries} onDeleted={onDeleted} onClose={() => setAsking(false)} />}
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
    setDeleted(0);
    try {
      await deleteEntries(bucket, entries, setDeleted, ending.signal);
      notify("success", `${what} deleted.`);
      onDeleted();
    } catch (error) {
      if (!ending.signal.aborted) notifyFailure("Not all could be deleted.", error);
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
