import { expect } from "vitest";
import { clientsOf } from "./clients.ts";
import type { KilledJob } from "./killed-job.ts";
import { describeProcessing, input, objectsBelow, output, processingJob, uploadTexts } from "./processing-jobs.ts";
import type { TestServer } from "./server.ts";

const lines = 20;
/** The output of both modes has the same file; it is whole where the job was neither begun anew nor cut. */
const work = (numbers: string) =>
  `echo begun; cd processing; i=0; while ${numbers}; do echo "[$i]"; cat input/data/a.txt >> result/a.txt; i=$((i+1)); sleep 0.05; done; cp result/a.txt more/a.txt`;

const create = (server: TestServer, name: string, numbers: string) =>
  clientsOf(server).sagemaker.createProcessingJob(
    processingJob(name, work(numbers), {
      ProcessingInputs: [input("data", "data/a.txt")],
      ProcessingOutputConfig: {
        Outputs: [
          output("result", `out/${name}/result`),
          output("more", `out/${name}/more`, { S3UploadMode: "Continuous" }),
        ],
      },
    }),
  );

export const killedProcessingJob: KilledJob = {
  prepare: uploadTexts,
  create: (server, name) => create(server, name, `[ $i -lt ${lines} ]`),
  createWithoutEnd: (server, name) => create(server, name, "true"),
  stop: (server, ProcessingJobName) => clientsOf(server).sagemaker.stopProcessingJob({ ProcessingJobName }),
  async look(server, name) {
    const { ProcessingJobStatus, FailureReason } = await describeProcessing(server, name);
    return { status: ProcessingJobStatus, reason: FailureReason, steps: [] };
  },
  logGroup: "/aws/sagemaker/ProcessingJobs",
  onceLine: /^begun$/,
  numberedLine: /^\[(\d+)\]$/,
  lines,
  async checkArtifacts(server, name) {
    const text = "one two\n".repeat(lines);
    expect(await objectsBelow(server, `out/${name}/`)).toEqual({ "result/a.txt": text, "more/a.txt": text });
  },
};
