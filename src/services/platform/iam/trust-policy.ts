import { Fault } from "../../../aws/faults.ts";
import { listOf, readPolicy } from "../../../aws/policy-document.ts";

/** Who may assume a role that SageMaker uses. */
export const sagemakerTrust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

const malformed = (message: string) => new Fault("MalformedPolicyDocument", message);

/** Reads a trust policy and refuses what IAM refuses. */
export function checkTrustPolicy(text: string): void {
  for (const { Action, NotAction, NotResource, Resource } of readPolicy(text, malformed)) {
    if (Resource !== undefined || NotResource !== undefined) throw malformed("Has prohibited field Resource");
    for (const action of listOf((Action ?? NotAction)!))
      if (!/^(sts:.+|\*)$/i.test(action))
        throw malformed(`AssumeRole policy may only specify STS AssumeRole actions; it specifies ${action}.`);
  }
}
