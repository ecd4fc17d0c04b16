import { SageMakerFeatureStoreRuntimeClient } from "@aws-sdk/client-sagemaker-featurestore-runtime";
import { defineService } from "../api/define-service.ts";

export const featureStoreRuntime = defineService({
  id: "sagemaker-featurestore-runtime",
  clientName: "SageMakerFeatureStoreRuntimeClient",
  Client: SageMakerFeatureStoreRuntimeClient,
});
