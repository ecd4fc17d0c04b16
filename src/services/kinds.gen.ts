import type { KindEntry } from "../frame/kinds.ts";
export const kinds: readonly KindEntry[] = [];
