import { forgetKind } from "../frame/query.ts";

/** The kind below which pages keep what they have read of records: they are no resources, and no change tells of them. */
export const recordKind = "sagemaker/feature-record";

export const forgetRecords = (): Promise<void> => forgetKind(recordKind);
