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
import { Field, fieldPath, placeOf, Rest } from "./field.tsx";
import { FormProvider } from "./form-context.ts";
import { loadFacts } from "./form-facts.ts";
import { type Problems, problemFinder, refusedFields, withoutEntry } from "./form-state.ts";
import { readDraft } from "./read-draft.ts";
import { withRequired } from "./with-required.ts";

export interface PlannedCall {
  readonly command: CommandClass;
  readonly input: object;
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
  const problems = problemsOf(unread, find(withRequired(operation.input, input) as object), fields, input);

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
    try {
      onDone(input, await callAll(service, calls));
    } catch (error) {
      const name = fields.find((field) => typeof field !== "string" && field.isName);
      setRefused(refusedFields(operation.input, error as Error, fields.map(fieldPath), name && fieldPath(name)));
      setState("checked");
      focusFirstProblem();
    }
  };
  const hidden = new Set(fields.map(fieldPath));
  const elsewhere = [...(state === "filling" ? new Map() : problems), ...refused].filter(([path]) => !hidden.has(path));
  return (
    <FormProvider value={{ facts, draft, input, problemAt, change, removeEntry }}>
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
            elsewhere.length > 0
              ? elsewhere.map(([path, words]) => (path ? `${path}: ${words}` : words)).join(" ")
              : undefined
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

/** Makes the calls in order. When one fails, those before it are taken back, so that the form can be sent again. */
async function callAll(service: Service, calls: readonly PlannedCall[]): Promise<object> {
  const made: PlannedCall[] = [];
  let output = {};
  try {
    for (const one of calls) {
      output = await call(service, one.command, one.input);
      made.unshift(one);
    }
  } catch (error) {
    for (const { undo } of made) if (undo) await call(service, undo.command, undo.input);
    throw error;
  }
  return output;
}

/** What cannot be read, the problems that the schema's rules find, and those of the declaration. */
function problemsOf(
  unread: Problems,
  found: Problems,
  fields: readonly (string | FormField)[],
  input: object,
): Problems {
  const problems = new Map([...found, ...unread]);
  for (const field of fields) {
    if (typeof field === "string" || problems.has(field.member)) continue;
    const lacks = field.required && valueAt(input, field.member) === undefined;
    const problem = lacks ? "This is required." : field.check?.(input);
    if (problem) problems.set(field.member, problem);
  }
  return problems;
}

const focusFirstProblem = () =>
  setTimeout(() => document.querySelector<HTMLElement>("form [aria-invalid=true]")?.focus());
