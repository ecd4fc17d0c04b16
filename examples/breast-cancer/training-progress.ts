import { setTimeout } from "node:timers/promises";
import {
  CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeTrainingJobCommand,
  type DescribeTrainingJobResponse,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";

const group = "/aws/sagemaker/TrainingJobs";

/**
 * Follows a training job to its end, showing the rounds its log tells of, and gives the place of its model.
 * @throws Error with the job's failure reason
 */
export async function followTraining(sagemaker: SageMakerClient, name: string, rounds: number): Promise<string> {
  const display = createDisplay(rounds);
  const readRound = createLogReader(name);
  for (;;) {
    const job = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }));
    display.show(job.SecondaryStatus ?? "", await readRound());
    if (isFinal(job)) {
      display.end();
      if (job.TrainingJobStatus === "Completed") return job.ModelArtifacts!.S3ModelArtifacts!;
      throw new Error(`The training job ${name} ended as ${job.TrainingJobStatus}: ${job.FailureReason}`);
    }
    await setTimeout(200);
  }
}

const isFinal = ({ TrainingJobStatus }: DescribeTrainingJobResponse) =>
  TrainingJobStatus === "Completed" || TrainingJobStatus === "Failed" || TrainingJobStatus === "Stopped";

/** Gives a function that reads what the log has gained and answers the last line of a round: "[42]#011train-..." */
function createLogReader(name: string): () => Promise<string> {
  const logs = new CloudWatchLogsClient();
  let stream: string | undefined;
  let token: string | undefined;
  let round = "";
  return async () => {
    stream ??= await findStream(logs, `${name}/`);
    if (stream === undefined) return round;
    const page = await logs.send(
      new GetLogEventsCommand({ logGroupName: group, logStreamName: stream, startFromHead: true, nextToken: token }),
    );
    token = page.nextForwardToken;
    for (const { message } of page.events ?? []) if (/^\[\d+\]/.test(message ?? "")) round = message!;
    return round;
  };
}

/** The job's log stream; undefined until its first line is there. */
async function findStream(logs: CloudWatchLogsClient, prefix: string): Promise<string | undefined> {
  try {
    const found = await logs.send(new DescribeLogStreamsCommand({ logGroupName: group, logStreamNamePrefix: prefix }));
    return found.logStreams?.[0]?.logStreamName;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** In a terminal one line that is redrawn, elsewhere a line per status. */
function createDisplay(rounds: number) {
  let shown = "";
  return {
    show(status: string, round: string) {
      const done = round === "" ? 0 : Number.parseInt(round.slice(1), 10) + 1;
      const metric = round
        .replace(/^\[\d+\]/, "")
        .replaceAll("#011", " ")
        .trim();
      const bar = "=".repeat(Math.round((20 * done) / rounds)).padEnd(20);
      const line = process.stdout.isTTY ? `          ${status.padEnd(12)} [${bar}] ${metric}` : `          ${status}`;
      if (line === shown) return;
      shown = line;
      process.stdout.write(process.stdout.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
    },
    end() {
      if (process.stdout.isTTY) process.stdout.write("\n");
    },
  };
}
