import type { Context } from "../../../frame/context.ts";
import type { ReconcileContext, ReconcileResult } from "../../../frame/define-reconciler.ts";
import { refusalsOf } from "../../../frame/not-built.ts";
import { type AlarmState, validationError } from "./alarm-faults.ts";
import {
  type ActualAlarm,
  type AlarmDocument,
  alarmKind,
  type CompositeAlarm,
  isComposite,
  type WantedAlarm,
} from "./alarm-kind.ts";
import { type AlarmRule, alarmNameOf, parseAlarmRule } from "./alarm-rule.ts";
import { comeInto, type NewState } from "./alarm-state.ts";
import { type Suppressor, withSuppression } from "./alarm-suppression.ts";
import { timeText } from "./alarm-words.ts";
import { checkActions } from "./metric-alarm-checks.ts";

const { refuseMembers } = refusalsOf("cloudwatch");

const mostChildren = 100;

/** Checks what the model of PutCompositeAlarm cannot say. @throws Fault */
export async function checkCompositeAlarm(context: Context, input: CompositeAlarm): Promise<void> {
  refuseMembers(context, input, "", ["ActionConfiguration"]);
  checkActions(input);
  await checkSuppressor(context, input);
  const { names } = parseAlarmRule(input.AlarmRule);
  if (names.length > mostChildren)
    throw validationError(`The alarm rule names ${names.length} alarms; it may name at most ${mostChildren}.`);
  const children = await Promise.all(names.map((name) => find(context, name)));
  const missing = names.filter((name, index) => !children[index] && name !== input.AlarmName);
  if (missing.length > 0)
    throw validationError(
      `Could not save the composite alarm as alarms [${missing.join(", ")}] in the alarm rule do not exist`,
    );
  if (await leadsTo(context, input.AlarmName, names, new Set()))
    throw validationError("Could not save the composite alarm as its alarm rule leads back to itself.");
}

async function checkSuppressor(context: Context, input: CompositeAlarm): Promise<void> {
  const { ActionsSuppressor: named } = input;
  for (const period of ["ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod"] as const) {
    if (named !== undefined && input[period] === undefined)
      throw validationError(`${period} must be specified when ActionsSuppressor is specified.`);
    if (named === undefined && input[period] !== undefined)
      throw validationError(`${period} is only for an alarm with an ActionsSuppressor.`);
    if ((input[period] ?? 0) < 0) throw validationError(`${period} must not be negative.`);
  }
  if (named === undefined) return;
  const name = alarmNameOf(named);
  if (name === input.AlarmName) throw validationError("An alarm cannot be its own ActionsSuppressor.");
  if (!(await find(context, name)))
    throw validationError(`Could not save the composite alarm as its ActionsSuppressor ${named} does not exist`);
}

const find = (context: Pick<Context, "account" | "region" | "resources" | "objects">, AlarmName: string) =>
  alarmKind.find(context, alarmKind.key(context, { AlarmName }));

async function leadsTo(
  context: Context,
  target: string,
  names: readonly string[],
  seen: Set<string>,
): Promise<boolean> {
  for (const name of names) {
    if (name === target) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    const wanted = (await find(context, name))?.wanted;
    if (wanted && isComposite(wanted) && (await leadsTo(context, target, namesIn(wanted), seen))) return true;
  }
  return false;
}

export const namesIn = ({ AlarmRule }: CompositeAlarm): readonly string[] => parseAlarmRule(AlarmRule).names;

/** Returns the alarms whose rules name an alarm. */
export async function parentsOf(
  { resources, account, region }: Context,
  name: string,
): Promise<readonly AlarmDocument[]> {
  const query = { account, region, labels: { children: name }, limit: 1000 };
  return (await resources.list(alarmKind.name, query)).documents.map(alarmKind.read);
}

interface Children {
  readonly rule: AlarmRule;
  readonly documents: ReadonlyMap<string, AlarmDocument>;
  readonly stateOf: (name: string) => AlarmState;
}

async function childrenOf(context: Context, wanted: CompositeAlarm): Promise<Children> {
  const rule = parseAlarmRule(wanted.AlarmRule);
  const documents = new Map<string, AlarmDocument>();
  for (const name of rule.names) {
    const child = await find(context, name);
    if (child) documents.set(name, child);
  }
  return {
    rule,
    documents,
    stateOf: (name) => (documents.get(name)?.status as AlarmState | undefined) ?? "INSUFFICIENT_DATA",
  };
}

const statesIn = ({ rule, stateOf }: Children): string => rule.names.map(stateOf).join(" ");

/** Returns the alarm that suppresses the actions of a composite alarm; undefined when it has none. */
async function suppressorOf(context: Context, wanted: CompositeAlarm): Promise<Suppressor | undefined> {
  const { ActionsSuppressor: named } = wanted;
  if (named === undefined) return undefined;
  const suppressor = await find(context, alarmNameOf(named));
  return { isInAlarm: suppressor?.status === "ALARM", since: suppressor?.actual.transitioned ?? context.clock.now() };
}

/** What SetAlarmState makes of a composite alarm. */
export async function setComposite(context: Context, alarm: AlarmDocument, state: NewState, now: number) {
  const wanted = alarm.wanted as CompositeAlarm;
  const came = withSuppression(alarm, comeInto(alarm, state, now), await suppressorOf(context, wanted), now)!;
  const held = await childStates(context, wanted);
  return { ...came, update: { ...came.update, actual: { ...came.update.actual, held } } };
}

/** Returns the states of the alarms that a rule names. A state that SetAlarmState gives holds as long as they are so. */
const childStates = async (context: Context, wanted: CompositeAlarm): Promise<string> =>
  statesIn(await childrenOf(context, wanted));

/** Evaluates the rule of a composite alarm, when it is put and whenever an alarm that it names changes. */
export async function reconcileComposite(
  alarm: AlarmDocument,
  context: ReconcileContext,
): Promise<ReconcileResult<WantedAlarm, ActualAlarm>> {
  const wanted = alarm.wanted as CompositeAlarm;
  for (const name of namesIn(wanted)) context.watch(alarmKind.key(context, { AlarmName: name }));
  if (wanted.ActionsSuppressor !== undefined)
    context.watch(alarmKind.key(context, { AlarmName: alarmNameOf(wanted.ActionsSuppressor) }));
  const now = context.clock.now();
  const came = await evaluateRule(alarm, wanted, context);
  const result = withSuppression(alarm, came, await suppressorOf(context, wanted), now);
  const until = (result?.update.actual ?? alarm.actual).suppressed?.until;
  return { ...result, ...(until !== undefined && { again: until }) };
}

/** Returns what an alarm becomes by its rule; undefined while it stays. */
async function evaluateRule(alarm: AlarmDocument, wanted: CompositeAlarm, context: ReconcileContext) {
  const children = await childrenOf(context, wanted);
  const state = children.rule.holds(children.stateOf) ? "ALARM" : "OK";
  if (state === alarm.status || alarm.actual.held === statesIn(children)) return undefined;
  const documents = [...children.documents.values()];
  const latest = documents.sort((a, b) => b.actual.transitioned - a.actual.transitioned)[0];
  const reasonData = JSON.stringify({
    triggeringAlarms: documents
      .filter(({ status }) => status === "ALARM")
      .map(({ key, status, actual }) => ({
        arn: alarmKind.arn(key),
        state: { value: status, timestamp: timeText(actual.transitioned) },
      })),
  });
  const reason =
    !latest || latest.actual.transitioned <= alarm.actual.configured
      ? `${alarmKind.arn(alarm.key)} was ${alarm.created === alarm.actual.configured ? "created" : "updated"} and its alarm rule evaluates to ${state}`
      : `${alarmKind.arn(latest.key)} transitioned to ${latest.status} at ${longTime(latest.actual.transitioned)}`;
  return comeInto(alarm, { state, reason, reasonData }, context.clock.now());
}

/** Friday 11 December, 2020 20:27:09 UTC */
function longTime(time: number): string {
  const [weekday, date, month, year, clock] = new Date(time).toUTCString().replace(",", "").split(" ");
  return `${longWeekdays[weekday!]} ${date} ${longMonths[month!]}, ${year} ${clock} UTC`;
}

const byShort = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name.slice(0, 3), name]));
const longWeekdays = byShort(["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]);
const longMonths = byShort(
  "January February March April May June July August September October November December".split(" "),
);
