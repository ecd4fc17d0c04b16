import { GetObjectCommand } from "@aws-sdk/client-s3";
import { InvokeEndpointCommand, ModelError } from "@aws-sdk/client-sagemaker-runtime";
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import FileUpload from "@cloudscape-design/components/file-upload";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { call, operationOf } from "../api/command.ts";
import { CallLines } from "../calls/call-lines.tsx";
import type { PanelProps } from "../declare/define-resource.ts";
import { OfferedControl } from "../form/offered-control.tsx";
import { locations } from "../form/offers/locations.ts";
import { s3 } from "../services/s3.ts";
import { sagemakerRuntime } from "../services/sagemaker-runtime.ts";
import { CodeBlock } from "../values/code-block.tsx";
import { bytes } from "../values/format.ts";

type Source = "typed" | "file" | "object";

interface Answer {
  readonly text: string;
  readonly type: string;
  readonly variant: string;
  readonly milliseconds: number;
  readonly sizeBytes: number;
}

async function readObject(uri: string): Promise<Uint8Array> {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (!Bucket) throw new Error(`"${uri}" is no address of an object, such as s3://bucket/rows.csv.`);
  const { Body } = await call(s3, GetObjectCommand, { Bucket, Key });
  return await Body!.transformToByteArray();
}

export default function InvokeBody({ name, item }: PanelProps) {
  const [source, setSource] = useState<Source>("typed");
  const [text, setText] = useState("");
  const [files, setFiles] = useState<readonly File[]>([]);
  const [uri, setUri] = useState("");
  const [type, setType] = useState("text/csv");
  const [accept, setAccept] = useState("");
  const [component, setComponent] = useState("");
  const [answer, setAnswer] = useState<Answer>();
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const serves = item.EndpointStatus === "InService" || item.EndpointStatus === "Updating";
  // Where models are not of the configuration, components are asked.
  const variants = (item.ProductionVariants ?? []) as readonly { readonly DeployedImages?: readonly unknown[] }[];
  const hasComponents = serves && variants.some(({ DeployedImages = [] }) => DeployedImages.length === 0);
  const shown = {
    EndpointName: name,
    ...(component && { InferenceComponentName: component }),
    ContentType: type,
    ...(accept && { Accept: accept }),
    Body: text,
  };

  const body = async (): Promise<Uint8Array> => {
    if (source === "typed") return new TextEncoder().encode(text);
    if (source === "object") return await readObject(uri);
    if (!files[0]) throw new Error("Choose a file first.");
    return new Uint8Array(await files[0].arrayBuffer());
  };
  const send = async () => {
    setBusy(true);
    setError(undefined);
    setAnswer(undefined);
    try {
      const Body = await body();
      const began = performance.now();
      const output = await call(sagemakerRuntime, InvokeEndpointCommand, { ...shown, Body });
      const milliseconds = performance.now() - began;
      const answered = output.Body ?? new Uint8Array();
      setAnswer({
        text: new TextDecoder().decode(answered),
        type: output.ContentType ?? "",
        variant: output.InvokedProductionVariant ?? "",
        milliseconds,
        sizeBytes: answered.byteLength,
      });
    } catch (failure) {
      setError(failure as Error);
    }
    setBusy(false);
  };
  return (
    <SpaceBetween size="l">
      <SegmentedControl
        label="What is sent"
        selectedId={source}
        options={[
          { id: "typed", text: "Typed" },
          { id: "file", text: "A file" },
          { id: "object", text: "An S3 object" },
        ]}
        onChange={({ detail }) => setSource(detail.selectedId as Source)}
      />
      {source === "typed" && (
        <FormField
          label="Request"
          description="What the model is sent, for example a row of a CSV without the label."
          stretch
        >
          <Textarea rows={6} value={text} spellcheck={false} onChange={({ detail }) => setText(detail.value)} />
        </FormField>
      )}
      {source === "file" && (
        <FormField label="File">
          <FileUpload
            value={[...files]}
            showFileSize
            i18nStrings={{
              uploadButtonText: () => "Choose a file",
              dropzoneText: () => "Drop a file",
              removeFileAriaLabel: () => "Remove the file",
            }}
            onChange={({ detail }) => setFiles(detail.value)}
          />
        </FormField>
      )}
      {source === "object" && (
        <FormField label="Object">
          <OfferedControl offer={locations} value={uri} onChange={(value) => setUri(String(value))} />
        </FormField>
      )}
      {hasComponents && (
        <FormField label="Inference component" description="A model of its own on this endpoint.">
          <Input value={component} onChange={({ detail }) => setComponent(detail.value)} />
        </FormField>
      )}
      <ColumnLayout columns={2}>
        <FormField label="Content type">
          <Input value={type} onChange={({ detail }) => setType(detail.value)} />
        </FormField>
        <FormField
          label={
            <>
              Answer as <i>- optional</i>
            </>
          }
        >
          <Input value={accept} placeholder="What the model gives" onChange={({ detail }) => setAccept(detail.value)} />
        </FormField>
      </ColumnLayout>
      <Button
        variant="primary"
        loading={busy}
        disabled={!serves}
        disabledReason="The endpoint is not in service"
        onClick={() => void send()}
      >
        Invoke
      </Button>
      {error && <Refused error={error} />}
      {answer && (
        <SpaceBetween size="s">
          <KeyValuePairs
            columns={4}
            items={[
              { label: "Answered in", value: `${answer.milliseconds.toFixed(0)} ms` },
              { label: "Type", value: answer.type },
              { label: "Size", value: bytes(answer.sizeBytes) },
              { label: "Variant", value: answer.variant },
            ]}
          />
          <CodeBlock label="Answer" text={answer.text} />
        </SpaceBetween>
      )}
      {source === "typed" && (
        <CallLines
          service={sagemakerRuntime}
          calls={[{ operation: operationOf(InvokeEndpointCommand), input: shown }]}
        />
      )}
    </SpaceBetween>
  );
}

/** What the service says; of a model's own error what its container said. */
function Refused({ error }: { readonly error: Error }) {
  const isModel = error instanceof ModelError;
  return (
    <Alert
      type="error"
      header={isModel ? `The model answered with status ${error.OriginalStatusCode}` : "There was no answer"}
    >
      {isModel && error.OriginalMessage ? (
        <CodeBlock label="What the model said" text={error.OriginalMessage} />
      ) : (
        error.message
      )}
    </Alert>
  );
}
