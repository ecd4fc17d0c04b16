import { folderReconciler } from "./folder-reconciler.ts";
import { space } from "./space.ts";

/** Makes the folder of a space's files, and removes that of a deleted space. */
export const spaceReconciler = folderReconciler(space);
