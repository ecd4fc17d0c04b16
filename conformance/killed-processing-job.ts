import { expect } from "vitest";
import { clientsOf } from "./clients.ts";
import type { KilledJob } from "./killed-job.ts";
import { describeProcessing, input, objectsBelow, output, processingJob, uploadTexts } from "./processing-jobs.ts";

const lines = 20;
/** The output of both modes has the same file; it is whole where the job was neither begun anew nor cut. */
const shell = `echo begun; cd processing; for i in $(seq 0 ${lines - 1}); do echo "[$i]"; cat input/data/a.txt >> result/a.txt; sleep 0.05; done; cp result/a.txt more/a.txt`;

export const killedProcessingJob: KilledJob = {
  prepare: uploadTexts,
  create: (server, name) =>
    clientsOf(server).sagemaker.createProcessingJob(
      processingJob(name, shell, {
        ProcessingInputs: [input("data", "data/a.txt")],
        ProcessingOutputConfig: {
          Outputs: [
            output("result", `out/${name}/result`),
            output("more", `out/${name}/more`, { S3UploadMode: "Continuous" }),
          ],
        },
      }),
    ),
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
