import { SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { defineService } from "../api/define-service.ts";

export const sagemakerRuntime = defineService({
  id: "sagemaker-runtime",
  clientName: "SageMakerRuntimeClient",
  Client: SageMakerRuntimeClient,
});
