import { type Fault, validationFault } from "../../../aws/faults.ts";
import { defineResource } from "../../../frame/define-resource.ts";
import { checkMetricDefinitions } from "../../../frame/job-metrics.ts";
import { refuseMembers } from "../not-built.ts";
import { requireImage } from "../require-image.ts";
import { checkHyperparameterSpecifications } from "./algorithm-hyperparameters.ts";

const missing = ({ arn }: { readonly arn: string }): Fault => validationFault(`Algorithm ${arn} does not exist.`);

/** An algorithm that training jobs name in place of an image: what it takes, and how its models are served. */
export const algorithm = defineResource({
  service: "sagemaker",
  kind: "algorithm",
  arn: "algorithm/{AlgorithmName}",
  title: "Algorithm",
  statuses: { Completed: { final: true } },
  tags: true,
  large: ["TrainingSpecification", "InferenceSpecification"],
  missing,
  existing: ({ arn }) => validationFault(`Algorithm already exists with the ARN ${arn}.`),
  create: {
    operation: "CreateAlgorithm",
    async begin(input, context) {
      const { TrainingSpecification: training, InferenceSpecification: inference } = input;
      refuseMembers(context, input, "", ["ValidationSpecification", "CertifyForMarketplace"]);
      refuseMembers(context, training, "TrainingSpecification.", ["AdditionalS3DataSource"]);
      requireImage(context, training.TrainingImage!, "training");
      for (const { Image } of inference?.Containers ?? []) if (Image) requireImage(context, Image, "serving");
      checkHyperparameterSpecifications(training.SupportedHyperParameters ?? []);
      checkMetricDefinitions(context, training.MetricDefinitions ?? []);
      const names = training.TrainingChannels.map(({ Name }) => Name);
      const twice = names.find((name, index) => names.indexOf(name) !== index);
      if (twice !== undefined) throw validationFault(`The channel "${twice}" is specified twice.`);
      return { status: "Completed", actual: {} };
    },
    output: (AlgorithmArn) => ({ AlgorithmArn }),
  },
  describe: {
    operation: "DescribeAlgorithm",
    output: ({ wanted, created }, AlgorithmArn) => ({
      AlgorithmName: wanted.AlgorithmName,
      AlgorithmArn,
      AlgorithmDescription: wanted.AlgorithmDescription,
      CreationTime: new Date(created),
      TrainingSpecification: wanted.TrainingSpecification,
      InferenceSpecification: wanted.InferenceSpecification,
      // Nothing is validated: ValidationSpecification is refused.
      AlgorithmStatus: "Completed" as const,
      AlgorithmStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
      CertifyForMarketplace: false,
    }),
  },
  list: {
    operation: "ListAlgorithms",
    member: "AlgorithmSummaryList",
    descending: false,
    summary: ({ wanted, created }, AlgorithmArn) => ({
      AlgorithmName: wanted.AlgorithmName,
      AlgorithmArn,
      AlgorithmDescription: wanted.AlgorithmDescription,
      CreationTime: new Date(created),
      AlgorithmStatus: "Completed" as const,
    }),
  },
  delete: { operation: "DeleteAlgorithm" },
});
