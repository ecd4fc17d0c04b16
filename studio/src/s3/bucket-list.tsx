import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  ListBucketsCommand,
} from "@aws-sdk/client-s3";
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../api/command.ts";
import { session } from "../api/session.ts";
import { notify } from "../frame/notices.tsx";
import { forgetKind } from "../frame/query.ts";
import { useLive } from "../live.ts";
import { Confirm } from "../pages/confirm.tsx";
import { Failure } from "../pages/failure.tsx";
import { s3 } from "../services/s3.ts";
import { time } from "../values/format.ts";
import { PageLink } from "../values/page-link.tsx";
import { s3Address } from "./s3-address.ts";

const kind = "s3/bucket";

export function BucketList() {
  const polling = useLive({ kind });
  const { data, error, isPending, refetch } = useQuery({
    queryKey: [kind, "list"],
    queryFn: () => call(s3, ListBucketsCommand, {}),
    refetchInterval: polling,
  });
  const [asking, setAsking] = useState<{ readonly bucket?: string }>();
  const buckets = error ? [] : (data?.Buckets ?? []);
  const [chosen, setChosen] = useState<string>();
  // It may have been deleted elsewhere.
  const selected = buckets.find(({ Name }) => Name === chosen)?.Name;
  return (
    <>
      <Table
        variant="full-page"
        header={
          <Header
            variant="awsui-h1-sticky"
            description="Buckets hold the data of jobs, their results and models."
            counter={buckets.length > 0 ? `(${buckets.length})` : undefined}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  disabled={!selected}
                  disabledReason="Select a bucket"
                  onClick={() => setAsking({ bucket: selected })}
                >
                  Delete
                </Button>
                <Button variant="primary" onClick={() => setAsking({})}>
                  Create bucket
                </Button>
              </SpaceBetween>
            }
          >
            S3
          </Header>
        }
        items={buckets}
        loading={isPending}
        loadingText="Reading buckets"
        trackBy="Name"
        selectionType="single"
        selectedItems={buckets.filter(({ Name }) => Name === selected)}
        onSelectionChange={({ detail }) => setChosen(detail.selectedItems[0]?.Name)}
        ariaLabels={{
          selectionGroupLabel: "Selection",
          itemSelectionLabel: (_, { Name }) => `Select ${Name}`,
          tableLabel: "Buckets",
        }}
        columnDefinitions={[
          {
            id: "name",
            header: "Name",
            isRowHeader: true,
            cell: ({ Name }) => <PageLink to={s3Address(Name!, "")}>{Name}</PageLink>,
          },
          { id: "created", header: "Created", cell: ({ CreationDate }) => CreationDate && time(CreationDate) },
        ]}
        empty={
          error ? (
            <Failure error={error} retry={() => void refetch()} />
          ) : (
            <Box textAlign="center" margin="l">
              <SpaceBetween size="s">
                <b>There are no buckets yet.</b>
                <Button onClick={() => setAsking({})}>Create the first one</Button>
              </SpaceBetween>
            </Box>
          )
        }
      />
      {asking && (
        <Question
          title={asking.bucket ? `Delete ${asking.bucket}?` : "Create bucket"}
          submit={asking.bucket ? "Delete" : "Create"}
          bucket={asking.bucket}
          onClose={() => {
            setAsking(undefined);
            setChosen(undefined);
          }}
        />
      )}
    </>
  );
}

interface QuestionProps {
  readonly title: string;
  readonly submit: string;
  /** The bucket that is deleted; absent where one is made. */
  readonly bucket?: string;
  readonly onClose: () => void;
}

/** AWS takes no location for its first region. */
const configuration = () =>
  session().region === "us-east-1" ? undefined : { LocationConstraint: session().region as BucketLocationConstraint };

function Question({ title, submit, bucket, onClose }: QuestionProps) {
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string>();
  const act = async () => {
    if (!bucket && name === "") return setRefused("This is required.");
    setBusy(true);
    try {
      if (bucket) await call(s3, DeleteBucketCommand, { Bucket: bucket });
      else await call(s3, CreateBucketCommand, { Bucket: name, CreateBucketConfiguration: configuration() });
      notify("success", bucket ? `${bucket} is deleted.` : `${name} is created.`);
      onClose();
    } catch (failure) {
      setRefused((failure as Error).message);
    }
    setBusy(false);
    await forgetKind(kind);
  };
  return (
    <Confirm title={title} submit={submit} busy={busy} onCancel={onClose} onConfirm={() => void act()}>
      {bucket ? (
        <SpaceBetween size="s">
          <span>Only an empty bucket can be deleted.</span>
          {refused && <Alert type="error">{refused}</Alert>}
        </SpaceBetween>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void act();
          }}
        >
          <FormField label="Name" description="3 to 63 small letters, digits, hyphens and dots." errorText={refused}>
            <Input
              value={name}
              autoFocus
              onChange={({ detail }) => {
                setName(detail.value);
                setRefused(undefined);
              }}
            />
          </FormField>
        </form>
      )}
    </Confirm>
  );
}
