import {
  CreateWorkGroupCommand,
  DeleteWorkGroupCommand,
  GetWorkGroupCommand,
  ListWorkGroupsCommand,
  UpdateWorkGroupCommand,
  type WorkGroup,
} from "@aws-sdk/client-athena";
import { defineResource } from "../declare/define-resource.ts";
import { arnInAthena, athena } from "../services/athena.ts";

const most = "BytesScannedCutoffPerQuery";
const place = { title: "Results go to", note: "A folder of S3." };
const limit = { title: "Bytes that a query may read", note: "A query that needs more is cancelled." };

export const workGroup = defineResource({
  service: athena,
  kind: "athena/workgroup",
  title: "Work group",
  plural: "Work groups",
  area: "SQL",
  words: "Queries that belong together: where their results go, and how much each may read.",
  name: "Name",
  arnOf: (name) => arnInAthena("workgroup", name),
  status: "State",
  list: ListWorkGroupsCommand,
  pageSize: 50,
  columns: ["Name", "State", "Description", "CreationTime"],
  describe: GetWorkGroupCommand,
  inside: "WorkGroup",
  sections: [
    { title: "Work group", members: ["Description", "CreationTime"] },
    { title: "Queries", members: ["Configuration"] as never },
  ],
  tagged: ({ CreationTime }) => CreationTime !== undefined,
  actions: [
    {
      title: "Edit",
      command: UpdateWorkGroupCommand,
      leaves: true,
      input: ({ Configuration, Description, State }, name) => {
        const { ResultConfiguration, ...rest } = Configuration as NonNullable<WorkGroup["Configuration"]>;
        const ConfigurationUpdates = { ...rest, ResultConfigurationUpdates: ResultConfiguration };
        return { WorkGroup: name, Description, State, ConfigurationUpdates };
      },
      form: [
        { title: "Work group", fields: ["Description", "State"] },
        {
          title: "Queries",
          fields: [
            { member: "ConfigurationUpdates.ResultConfigurationUpdates.OutputLocation", ...place },
            { member: `ConfigurationUpdates.${most}`, ...limit },
          ],
        },
      ],
    },
  ],
  create: CreateWorkGroupCommand,
  form: [
    { title: "Work group", fields: [{ member: "Name", isName: true }, "Description"] },
    {
      title: "Queries",
      fields: [
        { member: "Configuration.ResultConfiguration.OutputLocation", ...place },
        { member: `Configuration.${most}`, ...limit },
      ],
    },
  ],
  delete: DeleteWorkGroupCommand,
  deleteWords: "What its queries have written stays. Saved queries have to be deleted first.",
});
