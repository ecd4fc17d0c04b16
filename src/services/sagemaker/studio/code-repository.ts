import { validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineResource } from "../../../frame/define-resource.ts";
import { notBuilt } from "../not-built.ts";

/** A git repository that notebook instances and Studio clone. */
export const codeRepository = defineResource({
  service: "sagemaker",
  kind: "code-repository",
  arn: "code-repository/{CodeRepositoryName}",
  title: "Code repository",
  tags: true,
  missing: ({ arn }) => validationFault(`Cannot find CodeRepository: "${arn}"`),
  existing: ({ arn }) => validationFault(`Cannot create a duplicate CodeRepository (${arn})`),
  create: {
    operation: "CreateCodeRepository",
    async begin({ GitConfig }, context) {
      refuseSecret(GitConfig, context);
      return { actual: {} };
    },
    output: (CodeRepositoryArn) => ({ CodeRepositoryArn }),
  },
  describe: {
    operation: "DescribeCodeRepository",
    output: ({ wanted, created, modified }, CodeRepositoryArn) => ({
      CodeRepositoryName: wanted.CodeRepositoryName,
      CodeRepositoryArn,
      CreationTime: new Date(created),
      LastModifiedTime: new Date(modified),
      GitConfig: wanted.GitConfig,
    }),
  },
  list: {
    operation: "ListCodeRepositories",
    member: "CodeRepositorySummaryList",
    descending: false,
    summary: ({ wanted, created, modified }, CodeRepositoryArn) => ({
      CodeRepositoryName: wanted.CodeRepositoryName,
      CodeRepositoryArn,
      CreationTime: new Date(created),
      LastModifiedTime: new Date(modified),
      GitConfig: wanted.GitConfig,
    }),
  },
  update: {
    operation: "UpdateCodeRepository",
    change({ wanted }, { GitConfig }, context) {
      refuseSecret(GitConfig, context);
      return { wanted };
    },
    output: (CodeRepositoryArn) => ({ CodeRepositoryArn }),
  },
  delete: { operation: "DeleteCodeRepository" },
});

function refuseSecret(config: { readonly SecretArn?: string } | undefined, context: Context): void {
  if (config?.SecretArn === undefined) return;
  throw notBuilt(
    context,
    "GitConfig.SecretArn",
    "Secrets Manager is not there; give a repository that is read without a password",
  );
}
