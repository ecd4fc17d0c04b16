import { AthenaClient } from "@aws-sdk/client-athena";
import { defineService } from "../api/define-service.ts";
import { session } from "../api/session.ts";

export const athena = defineService({ id: "athena", clientName: "AthenaClient", Client: AthenaClient });

/** The ARN of something of Athena, which none of its answers says. */
export const arnInAthena = (noun: string, name: string): string =>
  `arn:aws:athena:${session().region}:${session().account}:${noun}/${name}`;
