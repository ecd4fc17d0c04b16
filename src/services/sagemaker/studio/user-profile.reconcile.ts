import { defineReconciler } from "../../../frame/define-reconciler.ts";
import { type CreateUserProfile, userProfile } from "./user-profile.ts";
import type { FolderState } from "./volume-folder.ts";

/** Makes the folder of a user's files, and removes that of a deleted user. */
export const userProfileReconciler = defineReconciler<CreateUserProfile, FolderState>({
  kind: userProfile,
  unfinished: ["Pending", "Deleting"],
  killPoints: {
    "user-profile:before-in-service": "The user's folder is made; the profile still says Pending.",
    "user-profile:before-removed": "The files of the deleted user are gone; the document is still there.",
  },
  async reconcile({ key, version, status, actual: { volume, folder } }, { volumes, settings }) {
    if (status === "Pending") {
      await volumes.makeFolder(volume, folder);
      settings.reached("user-profile:before-in-service");
      return { update: { status: "InService" } };
    }
    await volumes.removeFolder(volume, folder);
    settings.reached("user-profile:before-removed");
    return { changes: [{ delete: key, expected: version }] };
  },
});
