import { ListWorkGroupsCommand } from "@aws-sdk/client-athena";
import { GetDatabasesCommand } from "@aws-sdk/client-glue";
import { call } from "../../api/command.ts";
import { athena } from "../../services/athena.ts";
import { glue } from "../../services/glue.ts";
import type { Offer } from "./offer.ts";

export const databases: Offer = {
  members: /^Database(Name)?$/,
  suggest: async () =>
    (await call(glue, GetDatabasesCommand, { MaxResults: 100 })).DatabaseList!.map((one) => ({ value: one.Name! })),
};

export const workGroups: Offer = {
  members: /^WorkGroup$/,
  suggest: async () =>
    (await call(athena, ListWorkGroupsCommand, { MaxResults: 50 })).WorkGroups!.map((one) => ({ value: one.Name! })),
};
