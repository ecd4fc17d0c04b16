import {
  ListEndpointConfigsCommand,
  ListEndpointsCommand,
  ListModelPackageGroupsCommand,
  ListModelsCommand,
} from "@aws-sdk/client-sagemaker";
import { call } from "../../api/command.ts";
import { sagemaker } from "../../services/sagemaker.ts";
import type { Offer } from "./offer.ts";

const newest = { SortBy: "CreationTime", SortOrder: "Descending", MaxResults: 100 } as const;

export const models: Offer = {
  members: /^ModelName$/,
  suggest: async () =>
    (await call(sagemaker, ListModelsCommand, newest)).Models!.map((one) => ({ value: one.ModelName! })),
};

export const endpointConfigs: Offer = {
  members: /^EndpointConfigName$/,
  suggest: async () =>
    (await call(sagemaker, ListEndpointConfigsCommand, newest)).EndpointConfigs!.map((one) => ({
      value: one.EndpointConfigName!,
    })),
};

export const endpoints: Offer = {
  members: /^EndpointName$/,
  suggest: async () =>
    (await call(sagemaker, ListEndpointsCommand, newest)).Endpoints!.map((one) => ({ value: one.EndpointName! })),
};

export const packageGroups: Offer = {
  members: /^ModelPackageGroupName$/,
  suggest: async () =>
    (await call(sagemaker, ListModelPackageGroupsCommand, newest)).ModelPackageGroupSummaryList!.map((one) => ({
      value: one.ModelPackageGroupName!,
    })),
};
