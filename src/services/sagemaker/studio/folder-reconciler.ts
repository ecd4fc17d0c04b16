import type { Kind } from "../../../frame/define-kind.ts";
import { defineReconciler, type ReconcilerUnit } from "../../../frame/define-reconciler.ts";
import { VolumeMissing } from "../../../stores/volumes/port.ts";
import type { FolderState } from "./volume-folder.ts";

/**
 * Makes the reconciler of users or spaces: it makes the folder of their files, and removes that of a deleted one. Without the
 * volume, which somebody has removed from the disk, they fail and say so.
 */
export const folderReconciler = <Wanted>(kind: Kind<Wanted, FolderState>): ReconcilerUnit<Wanted, FolderState> => {
  const noun = kind.definition.kind;
  return defineReconciler<Wanted, FolderState>({
    kind,
    unfinished: ["Pending", "Deleting"],
    killPoints: {
      [`${noun}:before-in-service`]: "The folder of files is made; the document still says Pending.",
      [`${noun}:before-removed`]: "The files of what is deleted are gone; the document is still there.",
    },
    async reconcile({ key, version, status, actual }, { volumes, settings }) {
      const { volume, folder } = actual;
      if (status === "Pending") {
        try {
          await volumes.makeFolder(volume, folder);
        } catch (error) {
          if (!(error instanceof VolumeMissing)) throw error;
          return { update: { status: "Failed", actual: { ...actual, failureReason: error.message } } };
        }
        settings.reached(`${noun}:before-in-service`);
        return { update: { status: "InService" } };
      }
      await volumes.removeFolder(volume, folder);
      settings.reached(`${noun}:before-removed`);
      return { changes: [{ delete: key, expected: version }] };
    },
  });
};
