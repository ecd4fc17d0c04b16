import { defineSetting } from "../../base/define-setting.ts";
import { killPoints } from "../../services/kill-points.gen.ts";

export const killAt = defineSetting({
  words: "For tests: a named point of the life of a job or an endpoint at which the server kills itself.",
  default: "",
  parse: (value) => (value === "" || Object.hasOwn(killPoints, value) ? value : undefined),
  allowed: "a named point, such as training-job:created",
});

/**
 * Makes the function that is called at every point. At the wanted point the server dies as by `kill -9`: nothing is
 * flushed, closed or said.
 */
export const killSwitch = (wanted: string) => (point: string) => {
  if (point === wanted) process.kill(process.pid, "SIGKILL");
};
