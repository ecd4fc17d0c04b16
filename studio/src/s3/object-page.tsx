import {
  DeleteObjectTaggingCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectTaggingCommand,
} from "@aws-sdk/client-s3";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { formatOfName } from "../../../src/prep/flows/analysis-flow.ts";
import { call } from "../api/command.ts";
import { Failure } from "../pages/failure.tsx";
import { TagForm } from "../panels/tag-form.tsx";
import { s3 } from "../services/s3.ts";
import { bytes } from "../values/format.ts";
import { PageLink } from "../values/page-link.tsx";
import { Value } from "../values/value.tsx";
import { visibleName } from "../values/visible.ts";
import { DeleteEntries } from "./delete-entries.tsx";
import { download } from "./download.ts";
import { Trail } from "./folder-trail.tsx";
import { entriesKind } from "./objects.ts";
import { Preview } from "./preview.tsx";
import "./s3.css";
import { s3Address } from "./s3-address.ts";

interface Props {
  readonly bucket: string;
  readonly objectKey: string;
}

/** An object: what is known of it, its first bytes, its tags. */
export function ObjectPage({ bucket, objectKey }: Props) {
  const navigate = useNavigate();
  const object = { Bucket: bucket, Key: objectKey };
  const { data, error, refetch } = useQuery({
    queryKey: [entriesKind, "head", bucket, objectKey],
    queryFn: ({ signal }) => call(s3, HeadObjectCommand, object, signal),
  });
  const folder = objectKey.slice(0, objectKey.lastIndexOf("/") + 1);
  const name = objectKey.slice(folder.length) || objectKey;
  if (error)
    return (
      <SpaceBetween size="m">
        <Failure error={withWords(error, objectKey)} retry={() => void refetch()} />
        {error.name === "NotFound" && !objectKey.endsWith("/") && (
          <PageLink to={s3Address(bucket, `${objectKey}/`)}>Show the folder of this name</PageLink>
        )}
      </SpaceBetween>
    );
  if (!data) return <Spinner size="large" />;
  const { ContentLength: sizeBytes = 0, ETag: etag = "", Metadata: metadata = {} } = data;
  return (
    <SpaceBetween size="l">
      <Trail bucket={bucket} prefix={folder} />
      <Header
        variant="h1"
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <CopyToClipboard
              variant="button"
              copyButtonText="Copy address"
              copySuccessText="Copied"
              copyErrorText="It could not be copied"
              textToCopy={`s3://${bucket}/${objectKey}`}
            />
            {formatOfName(objectKey) && (
              <Button
                onClick={() => navigate(`/new-report?${new URLSearchParams({ uri: `s3://${bucket}/${objectKey}` })}`)}
              >
                Make a report
              </Button>
            )}
            <DeleteEntries
              bucket={bucket}
              entries={[{ key: objectKey, isFolder: false }]}
              onDeleted={(kept) => kept.length === 0 && navigate(s3Address(bucket, folder))}
            />
            <Button variant="primary" onClick={() => void download(bucket, objectKey)}>
              Download
            </Button>
          </SpaceBetween>
        }
      >
        <span className="name">{visibleName(name)}</span>
      </Header>
      <Container header={<Header variant="h2">Object</Header>}>
        <KeyValuePairs
          columns={4}
          items={[
            { label: "Size", value: bytes(sizeBytes) },
            { label: "Type", value: data.ContentType ?? "-" },
            { label: "Modified", value: <Value value={data.LastModified} member="LastModified" /> },
            { label: "ETag", value: <span className="code">{etag.replaceAll('"', "")}</span> },
            ...Object.entries(metadata).map(([label, value]) => ({ label: `Metadata ${label}`, value })),
          ]}
        />
      </Container>
      <Preview
        {...{ bucket, objectKey, sizeBytes, etag }}
        isEncoded={data.ContentEncoding !== undefined && data.ContentEncoding !== "identity"}
      />
      <ExpandableSection variant="container" headerText="Tags">
        <TagForm
          name={name}
          queryKey={[entriesKind, "tags", bucket, objectKey]}
          most={10}
          read={async () => {
            const { TagSet = [] } = await call(s3, GetObjectTaggingCommand, object);
            return Object.fromEntries(TagSet.map(({ Key, Value }) => [Key!, Value!]));
          }}
          save={async ({ all }) => {
            const TagSet = Object.entries(all).map(([Key, Value]) => ({ Key, Value }));
            if (TagSet.length === 0) await call(s3, DeleteObjectTaggingCommand, object);
            else await call(s3, PutObjectTaggingCommand, { ...object, Tagging: { TagSet } });
          }}
        />
      </ExpandableSection>
    </SpaceBetween>
  );
}

/** The answer to a HEAD has no body, so it says nothing in words. */
function withWords(error: Error, key: string): Error {
  if (error.name !== "NotFound") return error;
  return new Error(`There is no object ${visibleName(key)}.`);
}
