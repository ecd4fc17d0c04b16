import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { defineService } from "../api/define-service.ts";

export const sagemaker = defineService({ id: "sagemaker", clientName: "SageMakerClient", Client: SageMakerClient });
