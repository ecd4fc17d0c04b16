import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { defineService } from "../api/define-service.ts";

export const cloudwatch = defineService({ id: "cloudwatch", clientName: "CloudWatchClient", Client: CloudWatchClient });
