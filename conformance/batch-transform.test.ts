import { beforeAll, expect, test } from "vitest";
import { scriptEnvironments } from "./script-environments.ts";
import { useServer } from "./server.ts";
import { makeModels, transform, transformJob } from "./transform-jobs.ts";

const server = useServer({ environment: scriptEnvironments });
beforeAll(() => makeModels(server), 120_000);

test("each object of a prefix has the model's answers at its path", async () => {
  const inputs = { "a.csv": "0.1,1\n0.9,2\n", "deep/b.csv": "0.7,1\n\n0.2,3" };
  expect(await transform(server, inputs, transformJob("trees", "trees"))).toEqual({
    "a.csv.out": "10.0\n20.0\n",
    "deep/b.csv.out": "20.0\n10.0\n",
  });
});

const jsonLines = { ContentType: "application/jsonlines" };

test("records are packed into payloads up to the limit, or sent one by one", async () => {
  // A thousand lines of 2,097 bytes: 500 to a payload of a megabyte, with the ends of lines between them.
  const line = (index: number) => `${String(index).padStart(6, "0")}${"x".repeat(2090)}`;
  const text = Array.from({ length: 1000 }, (_, index) => `${line(index)}\n`).join("");
  const { "rows.csv.out": packed } = await transform(
    server,
    { "rows.csv": text },
    transformJob("packed", "lines", { MaxPayloadInMB: 1, MaxConcurrentTransforms: 4 }),
  );
  const sizes = packed!.split("\n").map((answer) => answer.split(":")[0]);
  expect([...new Set(sizes)]).toEqual(["500", ""]);
  expect(packed!.replaceAll(/^\d+:\d+:/gm, "").toLowerCase()).toBe(text);

  const single = transformJob("single", "lines", { BatchStrategy: "SingleRecord", MaxConcurrentTransforms: 4 });
  expect(await transform(server, { "rows.csv": "a,b\r\n\n\nä\nlast" }, single)).toEqual({
    "rows.csv.out": Buffer.from("1:3:A,B\n1:1:Ä\n1:4:LAST\n").toString("latin1"),
  });
  // Without Line nothing is put between what is answered.
  const raw = transformJob("raw", "lines", {
    BatchStrategy: "SingleRecord",
    TransformOutput: { AssembleWith: "None" },
  });
  expect(await transform(server, { "rows.csv": "a\nb\n" }, raw)).toEqual({ "rows.csv.out": "1:1:A1:1:B" });
});

test("records are filtered before they are sent, joined with the answers, and filtered again", async () => {
  const DataProcessing = { InputFilter: "$[1:2]", JoinSource: "Input", OutputFilter: "$[0,-1]" } as const;
  const rows = '"one, ""1""",0.9,1,rest\ntwo,0.1,5,rest\n';
  expect(await transform(server, { "rows.csv": rows }, transformJob("joined", "trees", { DataProcessing }))).toEqual({
    "rows.csv.out": '"one, ""1""",20.0\ntwo,10.0\n',
  });
  const json = transformJob("joined-json", "lines", {
    TransformInput: jsonLines,
    DataProcessing: { InputFilter: "$.f", JoinSource: "Input", OutputFilter: "$['id','SageMakerOutput']" },
  });
  const lines = '{"id": 12345678901234567890, "f": [1.0, 2]}\n{"id": "ä", "f": {"g": null}}';
  const { "rows.out": joined } = await transform(server, { rows: lines }, json);
  expect(Buffer.from(joined!, "latin1").toString()).toBe(
    '{"id":12345678901234567890,"SageMakerOutput":{"of":[1,2],"n":2}}\n{"id":"ä","SageMakerOutput":{"of":{"g":null},"n":2}}\n',
  );
});

test("a pipeline's containers are asked in turn", async () => {
  expect(await transform(server, { "a.csv": "a\nb\n" }, transformJob("pipeline", "pipeline"))).toEqual({
    "a.csv.out": "last-2:5:2:1:A\nlast-2:5:2:1:B\n",
  });
});
