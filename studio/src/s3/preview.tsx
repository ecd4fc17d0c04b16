import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Failure } from "../pages/failure.tsx";
import { CodeBlock } from "../values/code-block.tsx";
import { bytes } from "../values/format.ts";
import { indentedJson } from "../values/json-text.ts";
import { CsvTable } from "./csv-table.tsx";
import { entriesKind, readStart } from "./objects.ts";

const textBytes = 64 * 1024;
const pictureBytes = 10 * 1024 * 1024;
const isPicture = (key: string) => /\.(png|jpe?g|gif|webp)$/i.test(key);

interface Props {
  readonly bucket: string;
  readonly objectKey: string;
  readonly sizeBytes: number;
  /** A new body is another preview. */
  readonly etag: string;
  /** Whether it is kept compressed, and shown as what it is then. */
  readonly isEncoded: boolean;
}

/** The first bytes of an object as they can be shown. */
export function Preview({ bucket, objectKey, sizeBytes, etag, isEncoded }: Props) {
  const picture = isPicture(objectKey) && sizeBytes <= pictureBytes;
  const { data, error } = useQuery({
    queryKey: [entriesKind, "start", bucket, objectKey, etag],
    queryFn: async ({ signal }) => {
      if (sizeBytes === 0) return { blob: new Blob(), text: "", isWhole: true };
      const most = picture ? pictureBytes : textBytes;
      const blob = await readStart({ Bucket: bucket, Key: objectKey }, most, isEncoded, signal);
      return {
        blob,
        text: picture ? "" : await blob.text(),
        isWhole: isEncoded ? blob.size < most : sizeBytes <= most,
      };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  const all = isEncoded ? "" : ` of ${bytes(sizeBytes)}`;
  const part = data === undefined || data.isWhole ? "" : `: the first ${bytes(textBytes)}${all}`;
  return (
    <Container header={<Header variant="h2">{`Preview${part}`}</Header>}>
      {error ? (
        <Failure error={error} />
      ) : data === undefined ? (
        <Spinner />
      ) : picture && sizeBytes > 0 ? (
        <Picture blob={data.blob} name={objectKey} />
      ) : (
        <Text name={objectKey} text={data.text} whole={data.isWhole} />
      )}
    </Container>
  );
}

function Text({ name, text, whole }: { readonly name: string; readonly text: string; readonly whole: boolean }) {
  if (text === "") return <Box color="text-body-secondary">The object is empty.</Box>;
  // Signs that no text has; the last one may be cut.
  if (/[\0\uFFFD]/.test(whole ? text : text.slice(0, -4)))
    return <Box color="text-body-secondary">This is no text, table or picture: there is no preview.</Box>;
  const [, ending] = /\.([ct]sv)$/i.exec(name) ?? [];
  if (ending) return <CsvTable text={text} separator={ending.toLowerCase() === "tsv" ? "\t" : ","} whole={whole} />;
  return <CodeBlock label={`Preview of ${name}`} text={(/\.json$/i.test(name) && indentedJson(text)) || text} />;
}

function Picture({ blob, name }: { readonly blob: Blob; readonly name: string }) {
  const [address, setAddress] = useState<string>();
  const [isNone, setNone] = useState(false);
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  if (isNone) return <Box color="text-body-secondary">It is named as a picture, and is none that can be shown.</Box>;
  return address && <img className="picture" src={address} alt={name} onError={() => setNone(true)} />;
}
