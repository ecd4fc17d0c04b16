import { type Refusals, refusalsOf } from "../../frame/not-built.ts";

export const { notBuilt, refuseMembers }: Refusals = refusalsOf("sagemaker");
