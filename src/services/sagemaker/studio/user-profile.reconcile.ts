import { folderReconciler } from "./folder-reconciler.ts";
import { userProfile } from "./user-profile.ts";

/** Makes the folder of a user's files, and removes that of a deleted user. */
export const userProfileReconciler = folderReconciler(userProfile);
