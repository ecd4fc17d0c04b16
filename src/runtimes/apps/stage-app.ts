import { request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { type AppPlan, appGraceSeconds, appHome, appPlanFile, appSocket } from "../../images/app-plan.ts";
import { tell } from "../events.ts";
import { abortedBySigterm, stoppedCode } from "../run-program.ts";
import { failed, readPlan, runStage } from "../run-stage.ts";
import { createPythonRun } from "../script/python-run.ts";
import { faultWords } from "../script/script-fault.ts";
import { labCommand, labVariables } from "./lab-command.ts";

/** An app that has not answered after so long has failed. */
const startupMilliseconds = 180_000;
const pollMilliseconds = 100;

/**
 * Stages an app of Studio: makes its environment ready, starts it in the inner sandbox as its role, and tells when it
 * answers. States told: InService, and Failed {reason} when it does not come up.
 */
async function work(): Promise<number> {
  const { python: plan, basePath, notes } = readPlan<AppPlan>(appPlanFile);
  const stopping = abortedBySigterm();
  const shown = { writable: [{ from: appHome, to: appHome }] };
  const options = { plan, own: labVariables, contract: {}, shown, graceSeconds: appGraceSeconds };
  const python = createPythonRun({ ...options, stopping: stopping.signal });
  for (const note of notes) console.log(note);
  try {
    await python.prepare();
    await python.lay({ folder: process.cwd() });
  } catch (error) {
    if (stopping.signal.aborted) return stoppedCode;
    const words = faultWords(error);
    if (words === undefined) throw error;
    console.error(words);
    return failed(`ClientError: ${words}`, 1);
  }
  const ended = new AbortController();
  const isUp = answers(`${basePath}api/status`, ended.signal).then((up) => {
    if (up) tell("InService");
    else if (!ended.signal.aborted) stopping.abort();
    return up;
  });
  const code = await python.run(labCommand(basePath), appHome, python.variables());
  const isLate = stopping.signal.aborted && !ended.signal.aborted;
  ended.abort();
  if (await isUp) return code;
  return failed(
    isLate
      ? `ClientError: The app did not answer within ${startupMilliseconds / 1000} s of its start.`
      : `ClientError: The app ended with code ${code} before it answered. Its log says why.`,
    code === 0 ? 1 : code,
  );
}

/** Asks the app until it answers; false when it does not in time. */
async function answers(path: string, ended: AbortSignal): Promise<boolean> {
  const until = performance.now() + startupMilliseconds;
  while (!ended.aborted && performance.now() < until) {
    if ((await statusOf(path)) === 200) return true;
    await delay(pollMilliseconds, undefined, { ref: false });
  }
  return false;
}

// The socket is named relative to the working folder, because its whole path may be longer than the system allows.
const statusOf = (path: string): Promise<number | undefined> =>
  new Promise((resolve) => {
    const asking = request({ socketPath: appSocket, path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asking.on("error", () => resolve(undefined));
    asking.end();
  });

await runStage(work);
