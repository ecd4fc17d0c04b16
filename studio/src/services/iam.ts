import { IAMClient } from "@aws-sdk/client-iam";
import { defineService } from "../api/define-service.ts";

export const iam = defineService({ id: "iam", clientName: "IAMClient", Client: IAMClient });
