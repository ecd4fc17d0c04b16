import type { FeatureDefinition } from "@aws-sdk/client-sagemaker";

/** The feature of which a refusal speaks, "The feature clicks has FeatureType Integral ..."; undefined for none. */
export const refusedFeature = (message: string, features: readonly FeatureDefinition[]): string | undefined =>
  features
    .map(({ FeatureName }) => FeatureName!)
    // A longer name may begin with a shorter one.
    .toSorted((one, other) => other.length - one.length)
    .find((name) => message.split(/[^\w-]+/).includes(name));
