import { HeadObjectCommand } from "@aws-sdk/client-s3";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { call } from "../api/command.ts";
import { notifyFailure } from "../frame/notices.tsx";
import { Failure } from "../pages/failure.tsx";
import { s3 } from "../services/s3.ts";
import { CodeBlock } from "../values/code-block.tsx";
import { bytes, time } from "../values/format.ts";
import { PageLink } from "../values/page-link.tsx";
import { csvRows } from "./csv-rows.ts";
import { addressOf } from "./folder.tsx";
import { download, readStart } from "./objects.ts";

const kibibyte = 1024;
const textBytes = 64 * kibibyte;
const pictureBytes = 10 * 1024 * kibibyte;
const mostRows = 100;

/** An object: what is known of it, and its first bytes as they can be shown. */
export function Preview({ bucket, objectKey }: { readonly bucket: string; readonly objectKey: string }) {
  const head = useQuery({
    queryKey: ["s3/object", "head", bucket, objectKey],
    queryFn: () => call(s3, HeadObjectCommand, { Bucket: bucket, Key: objectKey }),
  });
  const uri = `s3://${bucket}/${objectKey}`;
  const folder = objectKey.slice(0, objectKey.lastIndexOf("/") + 1);
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description={<PageLink to={addressOf(bucket, folder)}>{`s3://${bucket}/${folder}`}</PageLink>}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <CopyToClipboard
              variant="button"
              copyButtonText="Copy S3 address"
              copySuccessText="Copied"
              copyErrorText="It could not be copied"
              textToCopy={uri}
            />
            <Button
              onClick={() =>
                void download(bucket, objectKey).catch((error) => notifyFailure("It could not be saved.", error))
              }
            >
              Download
            </Button>
          </SpaceBetween>
        }
      >
        <span className="name">{objectKey.slice(folder.length)}</span>
      </Header>
      {head.error ? <Failure error={head.error} /> : null}
      {head.data && (
        <>
          <Container>
            <KeyValuePairs
              columns={4}
              items={[
                { label: "Size", value: bytes(head.data.ContentLength ?? 0) },
                { label: "Type", value: head.data.ContentType ?? "-" },
                { label: "Modified", value: head.data.LastModified ? time(head.data.LastModified) : "-" },
                { label: "ETag", value: <span className="code">{head.data.ETag}</span> },
              ]}
            />
          </Container>
          <Start bucket={bucket} objectKey={objectKey} size={head.data.ContentLength ?? 0} />
        </>
      )}
    </SpaceBetween>
  );
}

const isPicture = (key: string) => /\.(png|jpe?g|gif|webp)$/i.test(key);

function Start({ bucket, objectKey, size }: { bucket: string; objectKey: string; size: number }) {
  const picture = isPicture(objectKey) && size <= pictureBytes;
  const { data, error } = useQuery({
    queryKey: ["s3/object", "start", bucket, objectKey],
    queryFn: async () => {
      const blob = size === 0 ? new Blob() : await readStart(bucket, objectKey, picture ? pictureBytes : textBytes);
      return { blob, text: picture ? "" : await blob.text() };
    },
  });
  if (error) return <Failure error={error} />;
  if (!data) return <Spinner />;
  if (size === 0) return <Box color="text-body-secondary">The object is empty.</Box>;
  if (picture) return <Picture blob={data.blob} name={objectKey} />;
  // A character that no text has.
  if (/[\0\uFFFD]/.test(data.text.slice(0, -4)))
    return <Box color="text-body-secondary">This is no text, so there is no preview.</Box>;
  const part = size > textBytes ? ` - the first ${bytes(textBytes)} of ${bytes(size)}` : "";
  const isTable = /\.(csv|tsv)$/i.test(objectKey);
  return (
    <Container header={<Header variant="h2">{`Preview${part}`}</Header>}>
      {isTable ? (
        <Rows text={data.text} separator={/\.tsv$/i.test(objectKey) ? "\t" : ","} />
      ) : (
        <CodeBlock label={`Preview of ${objectKey}`} text={pretty(objectKey, data.text)} />
      )}
    </Container>
  );
}

function pretty(key: string, text: string): string {
  if (!/\.json$/i.test(key)) return text;
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}

function Picture({ blob, name }: { readonly blob: Blob; readonly name: string }) {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return <img className="picture" src={address} alt={name} />;
}

function Rows({ text, separator }: { readonly text: string; readonly separator: string }) {
  const rows = csvRows(text, separator, mostRows);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
    <section className="rows" aria-label={`The first ${rows.length} rows`} tabIndex={0}>
      <table>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row of a file has no other identity
            <tr key={index}>
              {row.map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: nor has a cell
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
