import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import type { FactFinder } from "../../../src/wire/constraints/shape-facts.ts";
import { type CommandClass, call, operationOf } from "../api/command.ts";
import type { Service } from "../api/define-service.ts";
import { CallLines } from "../calls/call-lines.tsx";
import type { FormField, FormGroup } from "../declare/form-group.ts";
import { valueAt, withValueAt } from "../declare/path.ts";
import { Field, Rest } from "./field.tsx";
import { FormProvider } from "./form-context.ts";
import { loadFacts } from "./form-facts.ts";
import { declaredProblems, type Problems, problemFinder, withoutEntry } from "./form-state.ts";
import { fieldPath, placeOf } from "./place-of.ts";
import { readDraft } from "./read-draft.ts";
import { refusedFields } from "./refused-fields.ts";
import { withRequired } from "./with-required.ts";

export interface PlannedCall {
  readonly command: CommandClass;
  readonly input: object;
  /** Whether it makes something that no field of the form names. */
  readonly isBeside?: true;
  /** Takes it back when a later call fails. */
  readonly undo?: { readonly command: CommandClass; readonly input: object };
}

interface Props {
  readonly service: Service;
  readonly command: CommandClass;
  readonly groups: readonly FormGroup[];
  readonly start: object;
  /** What the button says: "Create training job". */
  readonly submit: string;
  readonly header: ReactNode;
  /** The calls that the input stands for, where it is more than the one of the form's operation. */
  readonly plan?: (input: object) => readonly PlannedCall[];
  /** Why the input is not to be sent although it is well formed: what it names is there already. */
  readonly refuse?: (input: object) => Promise<string | undefined>;
  /** `output` is that of the last call. */
  readonly onDone: (input: object, output: object) => void;
  readonly onCancel: () => void;
}

/** The form of an operation: the picked fields in order, all others below, the call as text. */
export function OperationForm(props: Props) {
  const { data: facts } = useQuery({
    queryKey: ["facts", props.service.id],
    queryFn: () => loadFacts(props.service.id),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return facts ? <Ready {...props} facts={facts} /> : null;
}

function Ready({
  service,
  command,
  groups,
  start,
  submit,
  header,
  plan,
  refuse,
  onDone,
  onCancel,
  facts,
}: Props & { facts: FactFinder }) {
  const operation = operationOf(command);
  const [draft, setDraft] = useState<object>(start);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [refused, setRefused] = useState<Problems>(new Map());
  const [state, setState] = useState<"filling" | "checked" | "sending">("filling");
  const find = useMemo(() => problemFinder(operation.input, facts), [operation, facts]);
  const fields = groups.flatMap((group) => group.fields) as readonly (string | FormField)[];
  const { input, problems: unread } = readDraft(operation.input, facts, draft);
  const found = find(withRequired(operation.input, input) as object);
  const problems = new Map([...declaredProblems(fields, input), ...found, ...unread]);

  const calls = plan?.(input) ?? [{ command, input }];
  const change = (path: string, value: unknown) => {
    setDraft((before) => (withValueAt(before, path.split("."), value) ?? {}) as object);
    setTouched((before) => new Set(before).add(path));
    setRefused(new Map());
  };
  const removeEntry = (list: string, index: number) => {
    setDraft((before) => {
      const left = (valueAt(before, list) as readonly unknown[]).toSpliced(index, 1);
      return (withValueAt(before, list.split("."), left.length > 0 ? left : undefined) ?? {}) as object;
    });
    setTouched((before) => withoutEntry(before, list, index).add(list));
    setRefused(new Map());
  };
  const problemAt = (path: string) =>
    refused.get(path) ??
    (touched.has(path) || unread.has(path) || state !== "filling" ? problems.get(path) : undefined);
  const send = async () => {
    setState("checked");
    if (problems.size > 0) return focusFirstProblem();
    setState("sending");
    const naming = fields.find((field) => typeof field !== "string" && field.isName);
    let current = calls[0]!;
    try {
      const reason = await refuse?.(input);
      if (reason !== undefined) throw new TakenName(reason);
      onDone(input, await callAll(service, calls, (begun) => (current = begun)));
    } catch (error) {
      const name = current.isBeside ? undefined : naming;
      const nameField = name && fieldPath(name);
      setRefused(
        refusedFields(error as Error, {
          shape: operation.input,
          facts,
          input,
          fields: fields.map(fieldPath),
          nameField,
        }),
      );
      setState("checked");
      focusFirstProblem();
    }
  };
  const shown = [...problems.keys(), ...refused.keys()].filter((path) => problemAt(path) !== undefined);
  const hasProblemBelow = (path: string, elsewhere: ReadonlySet<string> = new Set()) =>
    shown.some((one) => one !== "" && isBelow(one, path) && ![...elsewhere].some((other) => isBelow(one, other)));
  const hidden = new Set(fields.map(fieldPath));
  // What concerns no field, or one inside of a control of its own.
  const homeless = shown.filter((path) => {
    const field = fields.find((one) => path !== fieldPath(one) && isBelow(path, fieldPath(one)));
    const kind = placeOf(operation.input, path, facts)?.slot.shape.kind;
    return kind === undefined || kind === "structure" || (typeof field === "object" && field.as !== undefined);
  });
  const count = new Set(shown).size - homeless.length;
  return (
    <FormProvider value={{ facts, draft, input, problemAt, hasProblemBelow, change, removeEntry }}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Form
          header={header}
          errorText={
            [
              ...homeless.map((path) => (path === "" ? "" : `${path}: `) + problemAt(path)),
              ...(count > 0 && state !== "filling"
                ? [count === 1 ? oneProblem : `${count} fields need another value.`]
                : []),
            ].join(" ") || undefined
          }
          errorIconAriaLabel="Error"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button formAction="none" variant="link" onClick={onCancel}>
                Cancel
              </Button>
              <Button variant="primary" loading={state === "sending"}>
                {submit}
              </Button>
            </SpaceBetween>
          }
        >
          <SpaceBetween size="l">
            {groups.map((group) => (
              <Container key={group.title} header={<Header variant="h2">{group.title}</Header>}>
                <SpaceBetween size="l">
                  {(group.fields as readonly (string | FormField)[]).map((field) => {
                    const declared = typeof field === "string" ? { member: field } : field;
                    const place = placeOf(operation.input, declared.member, facts);
                    if (!place)
                      return (
                        <Alert
                          type="error"
                          key={declared.member}
                        >{`${operation.name} has no ${declared.member}`}</Alert>
                      );
                    return (
                      <Field key={declared.member} {...place} path={declared.member} declared={declared as FormField} />
                    );
                  })}
                </SpaceBetween>
              </Container>
            ))}
            <Rest shape={operation.input} path="" hidden={hidden} />
            <CallLines
              service={service}
              calls={calls.map((one) => ({ operation: operationOf(one.command), input: one.input }))}
            />
          </SpaceBetween>
        </Form>
      </form>
    </FormProvider>
  );
}

/** Refused as a service does that has no other of the name. */
class TakenName extends Error {
  override readonly name = "AlreadyExists";
}

/** Makes the calls in order. When one fails, those before it are taken back, so that the form can be sent again. */
async function callAll(
  service: Service,
  calls: readonly PlannedCall[],
  onBegin: (call: PlannedCall) => void,
): Promise<object> {
  const made: PlannedCall[] = [];
  let output = {};
  try {
    for (const one of calls) {
      onBegin(one);
      output = await call(service, one.command, one.input);
      made.unshift(one);
    }
  } catch (error) {
    for (const { undo } of made)
      if (undo)
        await call(service, undo.command, undo.input).catch((refusal: Error) => {
          (error as Error).message +=
            ` What was made before stays: ${operationOf(undo.command).name} was refused. ${refusal.message}`;
        });
    throw error;
  }
  return output;
}

const oneProblem = "One field needs another value.";
const isBelow = (path: string, above: string) => above === "" || `${path}.`.startsWith(`${above}.`);

const focusFirstProblem = () =>
  setTimeout(() => document.querySelector<HTMLElement>("form [aria-invalid=true]")?.focus());
