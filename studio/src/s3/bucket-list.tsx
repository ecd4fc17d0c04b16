import { CreateBucketCommand, DeleteBucketCommand, ListBucketsCommand } from "@aws-sdk/client-s3";
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
import { notify, notifyFailure } from "../frame/notices.tsx";
import { forgetKind } from "../frame/query.ts";
import { useLive } from "../live.ts";
import { Confirm } from "../pages/confirm.tsx";
import { Failure } from "../pages/failure.tsx";
import { s3 } from "../services/s3.ts";
import { time } from "../values/format.ts";
import { PageLink } from "../values/page-link.tsx";

const kind = "s3/bucket";

export function BucketList() {
  const polling = useLive({ kind });
  const { data, error, isPending, refetch } = useQuery({
    queryKey: [kind, "list"],
    queryFn: () => call(s3, ListBucketsCommand, {}),
    refetchInterval: polling,
  });
  const [asking, setAsking] = useState<"create" | "delete">();
  const [selected, setSelected] = useState<string>();
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);
  const buckets = data?.Buckets ?? [];
  const act = async (words: string, work: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await work();
      notify("success", words);
    } catch (failure) {
      notifyFailure("That failed.", failure);
    }
    setBusy(false);
    setAsking(undefined);
    setSelected(undefined);
    await forgetKind(kind);
  };
  // AWS takes no location for its first region.
  const location =
    session().region === "us-east-1"
      ? {}
      : { CreateBucketConfiguration: { LocationConstraint: session().region as "us-west-2" } };
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
                <Button disabled={!selected} disabledReason="Select a bucket" onClick={() => setAsking("delete")}>
                  Delete
                </Button>
                <Button variant="primary" onClick={() => setAsking("create")}>
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
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems[0]?.Name)}
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
            cell: ({ Name }) => <PageLink to={`/s3/${Name}`}>{Name}</PageLink>,
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
                <Button onClick={() => setAsking("create")}>Create the first one</Button>
              </SpaceBetween>
            </Box>
          )
        }
      />
      {asking === "create" && (
        <Confirm
          title="Create bucket"
          submit="Create"
          busy={busy}
          onCancel={() => setAsking(undefined)}
          onConfirm={() =>
            void act(`${name} is created.`, () => call(s3, CreateBucketCommand, { Bucket: name, ...location }))
          }
        >
          <FormField label="Name" description="3 to 63 small letters, digits, hyphens and dots.">
            <Input value={name} onChange={({ detail }) => setName(detail.value)} />
          </FormField>
        </Confirm>
      )}
      {asking === "delete" && (
        <Confirm
          title={`Delete ${selected}?`}
          submit="Delete"
          busy={busy}
          onCancel={() => setAsking(undefined)}
          onConfirm={() =>
            void act(`${selected} is deleted.`, () => call(s3, DeleteBucketCommand, { Bucket: selected }))
          }
        >
          Only an empty bucket can be deleted.
        </Confirm>
      )}
    </>
  );
}
