import { GlueClient } from "@aws-sdk/client-glue";
import { defineService } from "../api/define-service.ts";
import { session } from "../api/session.ts";

export const glue = defineService({ id: "glue", clientName: "GlueClient", Client: GlueClient });

/** The ARN of something of the Data Catalog, which no answer of Glue says. */
export const arnInGlue = (noun: string, name: string): string =>
  `arn:aws:glue:${session().region}:${session().account}:${noun}/${name}`;
