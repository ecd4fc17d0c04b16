import { ListRolesCommand } from "@aws-sdk/client-iam";
import { call } from "../../api/command.ts";
import { session } from "../../api/session.ts";
import { iam } from "../../services/iam.ts";
import type { Offer } from "./offer.ts";

export const roles: Offer = {
  members: /RoleArn$/,
  async suggest() {
    const { Roles = [] } = await call(iam, ListRolesCommand, { MaxItems: 1000 });
    const found = Roles.map(({ Arn, RoleName }) => ({ value: Arn!, note: RoleName }));
    if (found.length > 0) return found;
    // A server that keeps no roles takes any.
    return [{ value: `arn:aws:iam::${session().account}:role/SageMakerRole`, note: "Any role of the account" }];
  },
};
