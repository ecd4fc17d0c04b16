import {
  ConnectionType,
  CreateConnectionCommand,
  DeleteConnectionCommand,
  GetConnectionCommand,
  GetConnectionsCommand,
  UpdateConnectionCommand,
} from "@aws-sdk/client-glue";
import { defineResource } from "../declare/define-resource.ts";
import { arnInGlue, glue } from "../services/glue.ts";

const properties = {
  member: "ConnectionInput.ConnectionProperties",
  note: "JDBC_CONNECTION_URL, USERNAME, PASSWORD and the like. A clone has no password until one is given.",
} as const;
const members = ["ConnectionType", "Description", "LastUpdatedTime", "LastUpdatedBy", "ConnectionProperties"] as const;

export const connection = defineResource({
  service: glue,
  kind: "glue/connection",
  title: "Connection",
  plural: "Connections",
  area: "SQL",
  words: "How a store of data is reached. Nothing is connected to when one is made.",
  name: "Name",
  // A password is for those who connect, and for an edit, which writes all anew.
  named: { of: ({ Name }) => String(Name), input: (Name) => ({ Name, HidePassword: true }) },
  arnOf: (name) => arnInGlue("connection", name),
  list: GetConnectionsCommand,
  listInput: { HidePassword: true },
  columns: ["Name", "ConnectionType", "Description", "LastUpdatedTime"],
  describe: GetConnectionCommand,
  inside: "Connection",
  sections: [{ title: "Connection", members: [...members, "PhysicalConnectionRequirements"] }],
  actions: [
    {
      title: "Edit",
      command: UpdateConnectionCommand,
      reads: { HidePassword: false },
      input: (ConnectionInput, Name) => ({ Name, ConnectionInput }),
      form: [{ title: "Connection", fields: ["ConnectionInput.Description", properties] }],
    },
  ],
  create: CreateConnectionCommand,
  start: () => ({ ConnectionInput: { ConnectionType: ConnectionType.JDBC } }),
  again: (ConnectionInput) => ({ ConnectionInput }),
  form: [
    {
      title: "Connection",
      fields: [
        { member: "ConnectionInput.Name", isName: true },
        "ConnectionInput.ConnectionType",
        "ConnectionInput.Description",
        properties,
      ],
    },
  ],
  delete: DeleteConnectionCommand,
  deleteInput: ({ Name }) => ({ ConnectionName: Name }),
});
