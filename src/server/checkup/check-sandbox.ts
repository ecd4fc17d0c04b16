import { probeSandbox, type WorkingSandbox } from "../../executors/process/probe-sandbox.ts";
import { adviseOnSandbox } from "../../executors/process/sandbox-advice.ts";
import type { Checkup, Finding } from "./checkup.ts";

/** For `sagebrush doctor`. */
export function checkSandbox({ settings, environment }: Checkup): readonly Finding[] {
  const title = "Sandbox";
  const probe = probeSandbox(environment.PATH);
  if (probe.works) return [{ title, words: `${makers[probe.kind]} works: ${reaches(probe)}` }];
  const advice = adviseOnSandbox(probe)!;
  const words = `jobs run without one and can read the keys in ${settings.home}: ${advice.problem}`;
  return [{ title, words, mark: "note", fix: advice.fix }];
}

const makers = { bubblewrap: "bubblewrap", unshare: "util-linux's unshare, in place of bubblewrap," } as const;

const reaches = ({ nests, isolates }: WorkingSandbox): string =>
  [
    "every job has its own /opt/ml",
    nests ? "scripts can run" : "but scripts cannot run, because no sandbox can be made inside another",
    isolates
      ? "and EnableNetworkIsolation is given"
      : "and EnableNetworkIsolation is refused, because no network can be made",
  ].join(", ");
