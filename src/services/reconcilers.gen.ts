import type { ReconcilerEntry } from "../frame/define-reconciler.ts";
export const reconcilers: readonly ReconcilerEntry[] = [];
