/**
 * Requests as real clients sent them to a server that wrote them down: the request line and the headers that are signed.
 * All are signed with the key of AWS's documentation, AKIDEXAMPLE. Headers are a character for each byte.
 */
export interface RecordedRequest {
  readonly client: string;
  readonly line: string;
  readonly headers: Readonly<Record<string, string>>;
}

export const recordedRequests: readonly RecordedRequest[] = [
  {
    client: "minio for Python 7.2.20",
    line: "GET /bucket?delimiter=%2F&encoding-type=url&list-type=2&max-keys=1000&prefix=my%20folder%2Fa%2Bb~%C3%A9",
    headers: {
      host: "127.0.0.1:4699",
      "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "x-amz-date": "20261129T120528Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261129/us-west-2/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=4e26b9a9d0f509b0fec1811236844be735d3c3c743a790431579267e303d1a19",
    },
  },
  {
    client: "object_store 0.14.2 (obstore, polars, deltalake)",
    line: "GET /bucket?list-type=2&prefix=my+folder%2Fa%2Bb%7E%C3%A9%2F",
    headers: {
      host: "127.0.0.1:4699",
      "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "x-amz-date": "20261129T120528Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261129/us-west-2/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=501d309abc8a0b9456dadc14d40e3271fd758bf2076db347e0051f3aaa1972b8",
    },
  },
  {
    client: "object_store 0.14.2 (obstore, polars, deltalake)",
    line: "PUT /bucket/my%20folder/a%2Bb~%C3%A9",
    headers: {
      host: "127.0.0.1:4699",
      "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "x-amz-date": "20261129T120528Z",
      "x-amz-meta-foo": "a   b",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261129/us-west-2/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-meta-foo, Signature=f2d287a9fc10f0acf2288651d78e8459cbe75e7150c854ac177d414d9313b4fd",
    },
  },
  {
    client: "AWS SDK for C++ 1.11.900 (pyarrow 26)",
    line: "HEAD /bucket/my%20folder/a%2Bb~%C3%A9",
    headers: {
      "amz-sdk-invocation-id": "7E90F8F5-0000-4000-808A-F75200000000",
      "amz-sdk-request": "attempt=1",
      "content-type": "application/xml",
      host: "127.0.0.1:4699",
      "x-amz-api-version": "2006-03-01",
      "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "x-amz-date": "20261129T120528Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261129/us-west-2/s3/aws4_request, SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;content-type;host;x-amz-api-version;x-amz-content-sha256;x-amz-date, Signature=d1635330b4e3d71f03bc01b6e5b504df46a65e783477ec7021dde2b791e815d5",
    },
  },
  {
    client: "AWS SDK for C++ 1.11.900 (pyarrow 26)",
    line: "GET /bucket?delimiter=%2F&list-type=2&max-keys=1000&prefix=my%20folder%2Fa%2Bb~%C3%A9%2F",
    headers: {
      "amz-sdk-invocation-id": "199D7555-0000-4000-A1BE-5AF900000000",
      "amz-sdk-request": "attempt=1",
      "content-type": "application/xml",
      host: "127.0.0.1:4699",
      "x-amz-api-version": "2006-03-01",
      "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "x-amz-date": "20261129T120528Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261129/us-west-2/s3/aws4_request, SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;content-type;host;x-amz-api-version;x-amz-content-sha256;x-amz-date, Signature=cdf5da13ae29cd57c69e37d306bee9ccecfbc2532e8f6c5c96544e74f31c59c6",
    },
  },
  {
    client: "boto3 1.44.8",
    line: "PUT /bucket/my%20folder/a%2Bb~%C3%A9",
    headers: {
      host: "127.0.0.1:4699",
      "x-amz-checksum-crc32": "AAAAAA==",
      "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "x-amz-date": "20261129T120529Z",
      "x-amz-meta-foo": "a   b",
      "x-amz-sdk-checksum-algorithm": "CRC32",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261129/us-west-2/s3/aws4_request, SignedHeaders=host;x-amz-checksum-crc32;x-amz-content-sha256;x-amz-date;x-amz-meta-foo;x-amz-sdk-checksum-algorithm, Signature=236d91ae7f82165b9eb9af3b96814a4d69062d02c515e9543f5216e60eedab5c",
    },
  },
  {
    client: "requests-aws4auth 1.4.0",
    line: "GET /bucket?prefix=my+folder%2Fa%2Bb~%C3%A9",
    headers: {
      host: "127.0.0.1:4699",
      "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "x-amz-date": "20261129T120529Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261129/us-west-2/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=1985c8dac967a44b3ce0d49d74c40be08b9d99858514570082c59d49ae695a75",
    },
  },
  {
    client: "curl 7.88.1",
    line: "GET /bucket?prefix=my%20folder/&list-type=2&delimiter",
    headers: {
      host: "127.0.0.1:4699",
      "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
      "x-amz-date": "20261129T120530Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261129/us-west-2/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=edd69ad12a4492390b22169303c56e2c3cf4f1ade5826c06f24d178d631eee4b",
    },
  },
  {
    client: "AWS SDK for Go 2 1.48.0",
    line: "PUT /bucket/my%20folder/a%2Bb%20%281%29%2A~%27%21%C3%A9//x.txt?x-id=PutObject",
    headers: {
      "accept-encoding": "identity",
      "amz-sdk-invocation-id": "af44101a-55a0-4f04-a983-013bae462ecf",
      "amz-sdk-request": "attempt=1; max=1",
      "content-length": "2",
      "content-type": "application/octet-stream",
      host: "127.0.0.1:4699",
      "x-amz-content-sha256": "4cd0e21a9a0795a14ec9aa5f0e7d1abff0492565770e43eafdf1e3e8afed1f33",
      "x-amz-date": "20261129T120530Z",
      "x-amz-meta-a": "b   c",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261129/us-west-2/s3/aws4_request, SignedHeaders=accept-encoding;amz-sdk-invocation-id;amz-sdk-request;content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-meta-a, Signature=f8bddeb2817f31f963fb0f87229eca15895efa36897739f2e7300e5eef68e5c9",
    },
  },
  {
    client: "minio-go 7.4.1",
    line: "PUT /bucket/my%20folder/a%2Bb%20%281%29%2A~%27%21%C3%A9//x.txt2",
    headers: {
      "content-encoding": "aws-chunked",
      "content-type": "application/octet-stream",
      host: "127.0.0.1:4699",
      "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
      "x-amz-date": "20261129T120530Z",
      "x-amz-decoded-content-length": "2",
      "x-amz-meta-x": "a   b",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261129/us-west-2/s3/aws4_request,SignedHeaders=content-encoding;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-meta-x,Signature=f2f0ed41e6c4d6c6164ca6a5bef00bba5b544fe35b20a4b84fe0b23f2415ae46",
    },
  },
  {
    client: "AWS SDK for JavaScript 3.1168.0",
    line: "GET /bucket/?list-type=2&prefix=my%20folder%2Fa%2Bb~%C3%A9",
    headers: {
      "amz-sdk-invocation-id": "247c5149-9124-47bf-8098-e3b6425effc7",
      "amz-sdk-request": "attempt=1; max=1",
      host: "127.0.0.1:4699",
      "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "x-amz-date": "20261129T120530Z",
      "x-amz-user-agent": "aws-sdk-js/3.1168.0",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261129/us-west-2/s3/aws4_request, SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;host;x-amz-content-sha256;x-amz-date;x-amz-user-agent, Signature=f8f8290d1ce952a4d53d9d2bebffebd0d14086c885f4141b30abfd5feda1a96e",
    },
  },
  {
    client: "AWS SDK for JavaScript 3.1168.0",
    line: "PUT /bucket/my%20folder/a%2Bb~%C3%A9?x-id=PutObject",
    headers: {
      "amz-sdk-invocation-id": "44981dac-bf26-4653-a5e0-051c0660bebb",
      "amz-sdk-request": "attempt=1; max=1",
      "content-type": "application/octet-stream",
      host: "127.0.0.1:4699",
      "x-amz-checksum-crc32": "AAAAAA==",
      "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "x-amz-date": "20261129T120530Z",
      "x-amz-meta-foo": "b\xe9   x",
      "x-amz-sdk-checksum-algorithm": "CRC32",
      "x-amz-user-agent": "aws-sdk-js/3.1168.0",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261129/us-west-2/s3/aws4_request, SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;content-type;host;x-amz-checksum-crc32;x-amz-content-sha256;x-amz-date;x-amz-meta-foo;x-amz-sdk-checksum-algorithm;x-amz-user-agent, Signature=e93eebe4ba353df47d3fb95ce5487724b7fb3d6ddca83b1f14495c0d70450a77",
    },
  },
  {
    client: "AWS SDK for Java 2.31.0, Apache",
    line: "PUT /bucket/my%20folder/a%2Bb%20%281%29%2A~%27%21%C3%A9/%2Fx.txt",
    headers: {
      "amz-sdk-invocation-id": "c7bc35fb-9b6d-7f65-cbab-d76d900c9979",
      "amz-sdk-request": "attempt=1; max=4",
      "content-encoding": "aws-chunked",
      "content-length": "297",
      "content-type": "text/plain;charset=utf-8",
      host: "127.0.0.1:4699",
      "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
      "x-amz-date": "20261129T120716Z",
      "x-amz-decoded-content-length": "4",
      "x-amz-meta-a": "b   c",
      "x-amz-sdk-checksum-algorithm": "CRC32",
      "x-amz-trailer": "x-amz-checksum-crc32",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261129/us-west-2/s3/aws4_request, SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;content-encoding;content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-meta-a;x-amz-sdk-checksum-algorithm;x-amz-trailer, Signature=3b0054f0bf4f7b2a91be17f76d83ab18a1be381c7095c6ffd5253a4f41ec8925",
    },
  },
  {
    client: "AWS SDK for Java 2.31.0, Apache",
    line: "GET /bucket?list-type=2&delimiter=%3F&prefix=my%20folder%2Fa%2Bb%20%281%29%2A~%27%21%C3%A9",
    headers: {
      "amz-sdk-invocation-id": "b6761ecf-1663-2313-032e-c3cbba67ff01",
      "amz-sdk-request": "attempt=1; max=4",
      host: "127.0.0.1:4699",
      "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
      "x-amz-date": "20261129T120716Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261129/us-west-2/s3/aws4_request, SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;host;x-amz-content-sha256;x-amz-date, Signature=30aaa4b6e72ecf2b47dc02c1d845aa466a0d47a123422f13d4b00eb0a003d1f4",
    },
  },
  {
    client: "AWS SDK for Java 2.31.0, Netty",
    line: "PUT /bucket/my%20folder/a%2Bb%20%281%29%2A~%27%21%C3%A9//x.txt",
    headers: {
      "amz-sdk-invocation-id": "383c92fd-0b44-6d82-a425-31aa01f2acf1",
      "amz-sdk-request": "attempt=1; max=4",
      "content-encoding": "aws-chunked",
      "content-length": "45",
      "content-type": "text/plain; charset=UTF-8",
      host: "127.0.0.1:4699",
      "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      "x-amz-date": "20261129T120717Z",
      "x-amz-decoded-content-length": "4",
      "x-amz-meta-a": "b   c",
      "x-amz-sdk-checksum-algorithm": "CRC32",
      "x-amz-trailer": "x-amz-checksum-crc32",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261129/us-west-2/s3/aws4_request, SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;content-encoding;content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-meta-a;x-amz-sdk-checksum-algorithm;x-amz-trailer, Signature=b662b79c0e19b076d9f48a2f28484d8da18737f0719264c7c7a288a044f139d1",
    },
  },
  {
    client: "AWS SDK for Java 1.12.780",
    line: "PUT /bucket/my%20folder/a%2Bb%20%281%29%2A~%27%21%C3%A9/%2Fx.txt",
    headers: {
      "amz-sdk-invocation-id": "f96c8f76-8bd3-6c7a-73a6-3b0521d4c8c3",
      "amz-sdk-request": "attempt=1;max=4",
      "amz-sdk-retry": "0/0/500",
      "content-length": "176",
      "content-type": "text/plain;charset=utf-8",
      host: "127.0.0.1:4699",
      "user-agent":
        "aws-sdk-java/1.12.780 Linux/6.18.44-fc-v657 OpenJDK_64-Bit_Server_VM/17.0.15+6-Debian-1deb12u1 java/17.0.15 vendor/Debian cfg/retry-mode/legacy cfg/auth-source#unknown",
      "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
      "x-amz-date": "20261129T120720Z",
      "x-amz-decoded-content-length": "4",
      "x-amz-meta-a": "b   c",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261129/us-west-2/s3/aws4_request, SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;amz-sdk-retry;content-length;content-type;host;user-agent;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-meta-a, Signature=e21947b4a6caceaadca3d0edb548fe4322de2b5149dd0a7790adc2e31b5cb7a1",
    },
  },
  {
    client: "AWS SDK for Java 1.12.780",
    line: "GET /bucket/?list-type=2&delimiter=%3F&prefix=my+folder%2Fa%2Bb+%281%29*%7E%27%21%C3%A9&fetch-owner=false",
    headers: {
      "amz-sdk-invocation-id": "63e46ae2-a320-ba9a-f5ec-ec4b23efabcd",
      "amz-sdk-request": "attempt=1;max=4",
      "amz-sdk-retry": "0/0/500",
      "content-type": "application/octet-stream",
      host: "127.0.0.1:4699",
      "user-agent":
        "aws-sdk-java/1.12.780 Linux/6.18.44-fc-v657 OpenJDK_64-Bit_Server_VM/17.0.15+6-Debian-1deb12u1 java/17.0.15 vendor/Debian cfg/retry-mode/legacy cfg/auth-source#unknown",
      "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "x-amz-date": "20261129T120720Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261129/us-west-2/s3/aws4_request, SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;amz-sdk-retry;content-type;host;user-agent;x-amz-content-sha256;x-amz-date, Signature=3ee5ad98c756d1d40d5f401bd3d1b83b56d96af6967befe6b4f657758f697ac7",
    },
  },
];
