import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { memo, type ReactNode, useMemo, useState, useSyncExternalStore } from "react";
import type { FactFinder } from "../../../src/wire/constraints/shape-facts.ts";
import { type CommandClass, call, type Operation, operationOf } from "../api/command.ts";
import type { Service } from "../api/define-service.ts";
import { CallLines } from "../calls/call-lines.tsx";
import type { FormField, FormGroup } from "../declare/form-group.ts";
import { Field, Rest } from "./field.tsx";
import { FormProvider } from "./form-context.ts";
import { loadFacts } from "./form-facts.ts";
import type { Problems } from "./form-state.ts";
import { type Completed, createFormStore, isBelow } from "./form-store.ts";
import { fieldPath, placeOf } from "./place-of.ts";
import { refusedFields } from "./refused-fields.ts";

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
  /** Members that say which thing is changed: no field offers them. */
  readonly fixed?: readonly string[];
  readonly start: object;
  /** Returns the input as it is sent, where that is another than the fields say. */
  readonly complete?: ((facts: FactFinder, input: object) => Completed) | undefined;
  /** What the button says: "Create training job". */
  readonly submit: string;
  readonly header: ReactNode;
  /** The calls that the input stands for, where it is more than the one of the form's operation. */
  readonly plan?: (input: object) => readonly PlannedCall[];
  /** Why the input is not to be sent although it is well formed: stands at the field of the name, where there is one. */
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
  fixed,
  start,
  complete,
  submit,
  header,
  plan,
  refuse,
  onDone,
  onCancel,
  facts,
}: Props & { facts: FactFinder }) {
  const operation = operationOf(command);
  const fields = groups.flatMap((group) => group.fields) as readonly (string | FormField)[];
  const [form] = useState(() =>
    createFormStore({
      shape: operation.input,
      facts,
      fields,
      start,
      complete: complete && ((read) => complete(facts, read)),
    }),
  );
  const state = useSyncExternalStore(form.subscribe, form.state);
  const [isSending, setSending] = useState(false);
  const { input, shown, isChecked, problemAt } = state;
  const calls = plan?.(input) ?? [{ command, input }];
  const naming = fields.find((field) => typeof field !== "string" && field.isName);
  const refused = (problems: Problems) => {
    form.refuse(problems);
    focusFirstProblem();
  };
  const send = async () => {
    if (!form.check()) return focusFirstProblem();
    setSending(true);
    let current = calls[0]!;
    try {
      const reason = await refuse?.(input);
      if (reason !== undefined) refused(new Map([[naming ? fieldPath(naming) : "", reason]]));
      else onDone(input, await callAll(service, calls, (begun) => (current = begun)));
    } catch (error) {
      const nameField = current.isBeside || !naming ? undefined : fieldPath(naming);
      const sent = { shape: operation.input, facts, input, fields: fields.map(fieldPath), nameField };
      refused(refusedFields(error as Error, sent));
    }
    setSending(false);
  };
  // What concerns no field, or one inside of a control of its own.
  const homeless = shown.filter((path) => {
    const field = fields.find((one) => path !== fieldPath(one) && isBelow(path, fieldPath(one)));
    const kind = placeOf(operation.input, path, facts)?.slot.shape.kind;
    return kind === undefined || kind === "structure" || (typeof field === "object" && field.as !== undefined);
  });
  const count = shown.length - homeless.length;
  return (
    <FormProvider value={form}>
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
              ...(count > 0 && isChecked ? [count === 1 ? oneProblem : `${count} fields need another value.`] : []),
            ].join(" ") || undefined
          }
          errorIconAriaLabel="Error"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button formAction="none" variant="link" onClick={onCancel}>
                Cancel
              </Button>
              <Button variant="primary" loading={isSending}>
                {submit}
              </Button>
            </SpaceBetween>
          }
        >
          <SpaceBetween size="l">
            <Fields operation={operation} groups={groups} fixed={fixed} facts={facts} />
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

interface FieldsProps extends Pick<Props, "groups" | "fixed"> {
  readonly operation: Operation;
  readonly facts: FactFinder;
}

/** The fields, which are drawn once: each looks itself at what it shows. */
const Fields = memo(function Fields({ operation, groups, fixed = [], facts }: FieldsProps) {
  const hidden = useMemo(
    () => new Set([...groups.flatMap((group) => group.fields.map(fieldPath)), ...fixed]),
    [groups, fixed],
  );
  return (
    <SpaceBetween size="l">
      {groups.map((group) => (
        <Container key={group.title} header={<Header variant="h2">{group.title}</Header>}>
          <SpaceBetween size="l">
            {(group.fields as readonly (string | FormField)[]).map((field) => {
              const declared = typeof field === "string" ? { member: field } : field;
              const place = placeOf(operation.input, declared.member, facts);
              if (!place)
                return (
                  <Alert type="error" key={declared.member}>{`${operation.name} has no ${declared.member}`}</Alert>
                );
              return <Field key={declared.member} {...place} path={declared.member} declared={declared as FormField} />;
            })}
          </SpaceBetween>
        </Container>
      ))}
      <Rest shape={operation.input} path="" hidden={hidden} />
    </SpaceBetween>
  );
});

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

const focusFirstProblem = () =>
  setTimeout(() => document.querySelector<HTMLElement>("form [aria-invalid=true]")?.focus());
