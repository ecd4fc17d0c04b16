import { spawn } from "node:child_process";
import { once } from "node:events";
import { processTree, ranMicroseconds, residentMebibytes } from "../process-figures.ts";

/** What a process took, with all below it. */
export interface ProcessFigures {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The most that was seen, every twentieth of a second. */
  readonly peakMebibytes: number;
}

/** Runs a program to its end. @throws Error with what it said when it fails; AbortError when the signal ended it */
export async function runProcess(
  program: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<ProcessFigures> {
  const begun = performance.now();
  const child = spawn(program, words, {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal && { signal }),
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (piece) => {
      said = `${said}${piece}`.slice(-4_000);
    });
  let [peakMebibytes, cpuSeconds] = [0, 0];
  const look = async () => {
    const tree = processTree(child.pid!);
    const resident = await Promise.all(tree.map(residentMebibytes));
    peakMebibytes = Math.max(
      peakMebibytes,
      resident.reduce<number>((sum, one) => sum + (one ?? 0), 0),
    );
    cpuSeconds = Math.max(cpuSeconds, ranMicroseconds(tree) / 1e6);
  };
  const looking = setInterval(() => void look(), 50);
  const [code] = await once(child, "close").finally(() => clearInterval(looking));
  if (code !== 0) throw new Error(`${program} ${words[0]} ended with ${code}: ${said}`);
  return { seconds: (performance.now() - begun) / 1e3, cpuSeconds, peakMebibytes };
}
