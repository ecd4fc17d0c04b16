import { ListBucketsCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { call } from "../../api/command.ts";
import { s3 } from "../../services/s3.ts";
import type { Offer } from "./offer.ts";

/** Up to the last slash: what stands behind it narrows the suggestions and asks for no new ones. */
const folderOf = (text: string) => text.slice(0, text.lastIndexOf("/") + 1);

/** Buckets, then what is in the folder that has been typed. */
export const locations: Offer = {
  members: /(S3Uri|S3OutputPath|ModelDataUrl|OutputPath|Location|LocationUri)$/i,
  dependsOn: folderOf,
  async suggest(text) {
    const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.*)$/.exec(folderOf(text)) ?? [];
    if (!bucket) {
      const { Buckets = [] } = await call(s3, ListBucketsCommand, {});
      return Buckets.map(({ Name }) => ({ value: `s3://${Name}/` }));
    }
    const input = { Bucket: bucket, Prefix: prefix, Delimiter: "/", MaxKeys: 200 };
    const { CommonPrefixes = [], Contents = [] } = await call(s3, ListObjectsV2Command, input);
    return [...CommonPrefixes.map(({ Prefix }) => Prefix!), ...Contents.map(({ Key }) => Key!)].map((key) => ({
      value: `s3://${bucket}/${key}`,
    }));
  },
};
