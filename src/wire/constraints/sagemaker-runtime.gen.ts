// Made by tools/constraints.ts from botocore's model of sagemaker-runtime (Apache-2.0). Do not edit.
import type { ConstraintFacts } from "./facts.ts";

export const facts: ConstraintFacts = {
  operations: [
    "InvokeEndpoint",
  ],
  shapes: {
    "BodyBlob": {"maximum":6291456},
    "CustomAttributesHeader": {"maximum":1024,"pattern":"\\p{ASCII}*"},
    "EnableExplanationsHeader": {"minimum":1,"maximum":64,"pattern":".*"},
    "EndpointName": {"maximum":63,"pattern":"^[a-zA-Z0-9](-*[a-zA-Z0-9])*"},
    "Header": {"maximum":1024,"pattern":"\\p{ASCII}*"},
    "InferenceComponentHeader": {"maximum":63,"pattern":"^[a-zA-Z0-9]([\\-a-zA-Z0-9]*[a-zA-Z0-9])?$"},
    "InferenceId": {"minimum":1,"maximum":64,"pattern":"\\A\\S[\\p{Print}]*\\z"},
    "PrefixAwareIdHeader": {"minimum":1,"maximum":64,"pattern":"\\A\\S[\\p{Print}]*\\z"},
    "SessionIdOrNewSessionConstantHeader": {"maximum":256,"pattern":"^(NEW_SESSION)$|^[a-zA-Z0-9](-*[a-zA-Z0-9])*$"},
    "TargetContainerHostnameHeader": {"maximum":63,"pattern":"^[a-zA-Z0-9](-*[a-zA-Z0-9])*"},
    "TargetModelHeader": {"minimum":1,"maximum":1024,"pattern":"\\A\\S[\\p{Print}]*\\z"},
    "TargetVariantHeader": {"maximum":63,"pattern":"^[a-zA-Z0-9](-*[a-zA-Z0-9])*"},
  },
  members: {
    "InvokeEndpointInput": {"EndpointName":"EndpointName","Body":"BodyBlob","ContentType":"Header","Accept":"Header","CustomAttributes":"CustomAttributesHeader","TargetModel":"TargetModelHeader","TargetVariant":"TargetVariantHeader","TargetContainerHostname":"TargetContainerHostnameHeader","InferenceId":"InferenceId","EnableExplanations":"EnableExplanationsHeader","InferenceComponentName":"InferenceComponentHeader","SessionId":"SessionIdOrNewSessionConstantHeader","PrefixAwareId":"PrefixAwareIdHeader"},
  },
};
