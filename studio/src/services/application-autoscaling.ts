import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { defineService } from "../api/define-service.ts";

export const applicationAutoscaling = defineService({
  id: "application-autoscaling",
  clientName: "ApplicationAutoScalingClient",
  Client: ApplicationAutoScalingClient,
});
