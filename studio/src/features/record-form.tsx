import { PutRecordCommand, type PutRecordRequest } from "@aws-sdk/client-sagemaker-featurestore-runtime";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type FormEvent, useState } from "react";
import { call, operationOf } from "../api/command.ts";
import { CallLines } from "../calls/call-lines.tsx";
import { notify } from "../frame/notices.tsx";
import { featureStoreRuntime } from "../services/sagemaker-featurestore-runtime.ts";
import { definitionOf, type Group } from "./group.ts";
import { type Lifetime, LifetimeFields, lifetimeOf, noLifetime } from "./lifetime-fields.tsx";
import { RecordFields } from "./record-fields.tsx";
import { forgetRecords } from "./record-kind.ts";
import { eventTimeText, type RecordTexts, recordOf, timeProblem, valueProblem } from "./record-values.ts";
import { refusedFeature } from "./refused-feature.ts";

interface Props {
  readonly group: Group;
  /** What the fields begin with; an event time is now. */
  readonly start: RecordTexts;
  /** Told which record is put; undefined where none is. */
  readonly onEnd: (identifier: string | undefined) => void;
}

const required = "This is required.";

/** A form with a field for each feature, of its type, that puts a record. */
export function RecordForm({ group, start, onEnd }: Props) {
  const { eventTime, features, identifier } = group;
  const timeType = definitionOf(group, eventTime)?.FeatureType ?? "String";
  const [texts, setTexts] = useState<RecordTexts>(() => ({
    ...start,
    [eventTime]: eventTimeText(timeType, new Date()),
  }));
  const [lifetime, setLifetime] = useState<Lifetime>(noLifetime);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [isChecked, setChecked] = useState(false);
  const [refused, setRefused] = useState<{ readonly feature: string | undefined; readonly words: string }>();
  const [isSending, setSending] = useState(false);

  const problemOf = (name: string): string | undefined => {
    const text = texts[name] ?? "";
    if (text === "") return name === identifier || name === eventTime ? required : undefined;
    return name === eventTime ? timeProblem(timeType, text) : valueProblem(definitionOf(group, name)!, text);
  };
  const wrong = features.map(({ FeatureName }) => FeatureName!).filter((name) => problemOf(name) !== undefined);
  const shownProblem = (name: string) =>
    refused?.feature === name ? refused.words : isChecked || touched.has(name) ? problemOf(name) : undefined;
  const { TtlDuration, problem: lifetimeProblem } = lifetimeOf(lifetime);
  const input: PutRecordRequest = {
    FeatureGroupName: group.name,
    Record: recordOf(features, texts),
    ...(TtlDuration && { TtlDuration }),
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    setRefused(undefined);
    if (wrong.length > 0 || lifetimeProblem !== undefined) return;
    setSending(true);
    try {
      await call(featureStoreRuntime, PutRecordCommand, input);
      notify("success", `The record ${texts[identifier]} is put.`);
      await forgetRecords();
      onEnd(texts[identifier]);
    } catch (error) {
      const { message } = error as Error;
      setRefused({ feature: refusedFeature(message, features), words: message });
      setSending(false);
    }
  };
  const count = wrong.length + (lifetimeProblem === undefined ? 0 : 1);
  return (
    <form noValidate aria-label="Put a record" onSubmit={(event) => void send(event)}>
      <Form
        errorText={
          refused && refused.feature === undefined
            ? refused.words
            : isChecked && count > 0
              ? count === 1
                ? "One field needs another value."
                : `${count} fields need another value.`
              : undefined
        }
        errorIconAriaLabel="Error"
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button formAction="none" variant="link" onClick={() => onEnd(undefined)}>
              Cancel
            </Button>
            <Button variant="primary" loading={isSending}>
              Put the record
            </Button>
          </SpaceBetween>
        }
      >
        <Container
          header={
            <Header
              variant="h3"
              description="It takes the place of the record that is there if its event is later, and is history else. What is left empty has no value."
            >
              Put a record
            </Header>
          }
        >
          <SpaceBetween size="l">
            <RecordFields
              group={group}
              texts={texts}
              problemOf={shownProblem}
              onChange={(name, text) => {
                setTexts((before) => ({ ...before, [name]: text }));
                setTouched((before) => new Set(before).add(name));
                setRefused(undefined);
              }}
            />
            <LifetimeFields value={lifetime} problem={isChecked ? lifetimeProblem : undefined} onChange={setLifetime} />
            <CallLines service={featureStoreRuntime} calls={[{ operation: operationOf(PutRecordCommand), input }]} />
          </SpaceBetween>
        </Container>
      </Form>
    </form>
  );
}
