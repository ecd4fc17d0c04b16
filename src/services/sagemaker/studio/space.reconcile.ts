import { defineReconciler } from "../../../frame/define-reconciler.ts";
import { type CreateSpace, space } from "./space.ts";
import type { FolderState } from "./volume-folder.ts";

/** Makes the folder of a space's files, and removes that of a deleted space. */
export const spaceReconciler = defineReconciler<CreateSpace, FolderState>({
  kind: space,
  unfinished: ["Pending", "Deleting"],
  killPoints: {
    "space:before-in-service": "The space's folder is made; the space still says Pending.",
    "space:before-removed": "The files of the deleted space are gone; its document is still there.",
  },
  async reconcile({ key, version, status, actual: { volume, folder } }, { volumes, settings }) {
    if (status === "Pending") {
      await volumes.makeFolder(volume, folder);
      settings.reached("space:before-in-service");
      return { update: { status: "InService" } };
    }
    await volumes.removeFolder(volume, folder);
    settings.reached("space:before-removed");
    return { changes: [{ delete: key, expected: version }] };
  },
});
