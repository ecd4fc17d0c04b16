import type { Query } from "./syntax.ts";

/** A statement of Athena, by its kind. */
export type Statement = { readonly kind: "query"; readonly query: Query };
