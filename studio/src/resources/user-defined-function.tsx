import {
  CreateUserDefinedFunctionCommand,
  DeleteUserDefinedFunctionCommand,
  GetUserDefinedFunctionCommand,
  GetUserDefinedFunctionsCommand,
  UpdateUserDefinedFunctionCommand,
} from "@aws-sdk/client-glue";
import { namedIn } from "../catalog/named-in.ts";
import { defineResource } from "../declare/define-resource.ts";
import { glue } from "../services/glue.ts";

const fields = [
  { member: "FunctionInput.ClassName", note: "The class of Java that it is." },
  { member: "FunctionInput.OwnerName", title: "Owner" },
  { member: "FunctionInput.OwnerType" },
] as const;

export const userDefinedFunction = defineResource({
  service: glue,
  kind: "glue/user-defined-function",
  title: "Function",
  plural: "Functions",
  area: "SQL",
  words: "A function that programs of Hive and Spark find in the catalog.",
  name: "FunctionName",
  named: namedIn("DatabaseName", "FunctionName"),
  list: GetUserDefinedFunctionsCommand,
  listInput: { Pattern: "*" },
  columns: ["FunctionName", { member: "DatabaseName", title: "Database" }, "ClassName", "OwnerName", "CreateTime"],
  describe: GetUserDefinedFunctionCommand,
  inside: "UserDefinedFunction",
  sections: [
    { title: "Function", members: ["DatabaseName", "ClassName", "OwnerName", "OwnerType", "CreateTime"] },
    { title: "Code", members: ["ResourceUris"] },
  ],
  actions: [
    {
      title: "Edit",
      command: UpdateUserDefinedFunctionCommand,
      input: (item) => ({ DatabaseName: item.DatabaseName, FunctionName: item.FunctionName, FunctionInput: item }),
      form: [{ title: "Function", fields }],
    },
  ],
  create: CreateUserDefinedFunctionCommand,
  again: (item) => ({ DatabaseName: item.DatabaseName, FunctionInput: item }),
  form: [
    {
      title: "Function",
      fields: ["DatabaseName", { member: "FunctionInput.FunctionName", isName: true }, ...fields],
    },
  ],
  delete: DeleteUserDefinedFunctionCommand,
});
