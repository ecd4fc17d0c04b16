import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { defineService } from "../api/define-service.ts";

export const logs = defineService({ id: "logs", clientName: "CloudWatchLogsClient", Client: CloudWatchLogsClient });
