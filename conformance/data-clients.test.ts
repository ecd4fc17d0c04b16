import { describe, expect, test } from "vitest";
import { runPython, runShell } from "./python-clients.ts";
import { useServer } from "./server.ts";

/**
 * Clients of S3 that are not made on AWS's SDKs for Python and JavaScript, each as its users call it. Names hold what
 * clients encode differently: blanks, plus signs, unreserved characters and letters beyond ASCII.
 */
const preamble = `
import os
ep, region = os.environ["AWS_ENDPOINT_URL"], os.environ.get("AWS_REGION") or os.environ["AWS_DEFAULT_REGION"]
ak, sk = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
options = {"aws_access_key_id": ak, "aws_secret_access_key": sk, "aws_region": region, "aws_endpoint_url": ep,
           "aws_allow_http": "true"}
from minio import Minio
minio = Minio(ep.removeprefix("http://"), ak, sk, secure=False)
def bucket(name):
    minio.make_bucket(name, location=region)
    return name
folder = "my folder/a+b~ (1)é"
`;

describe.concurrent("clients of data programs", () => {
  const server = useServer();
  const run = async (context: Parameters<typeof runPython>[0], program: string) =>
    expect(await runPython(context, server, "data", `${preamble}${program}\nprint("done")`)).toMatch(/done\n$/);

  test("minio: put, list, stat, presigned links, also rewritten ones, delete", (context) =>
    run(
      context,
      `
import io, urllib.error, urllib.request
from minio.deleteobjects import DeleteObject
b, key = bucket("for-minio"), folder + "//x.txt"
minio.put_object(b, key, io.BytesIO(b"minio"), 5, metadata={"a": "b   c"})
assert [o.object_name for o in minio.list_objects(b, prefix=folder, recursive=True)] == [key]
assert minio.stat_object(b, key).metadata["x-amz-meta-a"] == "b   c"
url = minio.presigned_get_object(b, key, response_headers={"response-content-disposition": 'attachment; filename="a b+c"'})
def fetch(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read(), answer.headers["content-disposition"]
assert fetch(url) == (b"minio", 'attachment; filename="a b+c"')
path, query = url.split("?")
assert fetch(path + "?" + query.replace("%20", "+").replace("%2F", "/").replace("%3B", ";")) == fetch(url)
assert fetch(path.replace("%28", "(").replace("~", "%7e") + "?" + "&".join(reversed(query.split("&")))) == fetch(url)
for changed in (url.replace("%2Bc", "+c"), url.replace("my%20", "my+"), url + "&versionId=null", url.replace("//x", "/x")):
    try:
        fetch(changed)
        raise AssertionError(changed)
    except urllib.error.HTTPError as error:
        assert error.code == 403, error
assert list(minio.remove_objects(b, [DeleteObject(key)])) == []
minio.remove_bucket(b)
`,
    ));

  test("minio: what a bucket has no configuration of", (context) =>
    run(
      context,
      `
from minio.error import S3Error
b = bucket("for-minio-plain")
assert minio.get_bucket_tags(b) is None
assert minio.get_bucket_lifecycle(b) is None
assert minio.get_bucket_replication(b) is None
assert minio.get_bucket_encryption(b).rule.sse_algorithm == "AES256"
assert minio.get_bucket_notification(b).queue_config_list == []
def code(read, name=b):
    try:
        return read(name)
    except S3Error as error:
        return error.code
assert code(minio.get_bucket_policy) == "NoSuchBucketPolicy"
assert code(minio.get_object_lock_config) == "ObjectLockConfigurationNotFoundError"
for read in (minio.get_bucket_tags, minio.get_bucket_policy, minio.get_bucket_encryption):
    assert code(read, "no-such-bucket-at-all") == "NoSuchBucket", read
minio.remove_bucket(b)
`,
    ));

  test("obstore: put, list, ranges, copy, conditional put, parts, signed link", (context) =>
    run(
      context,
      `
import datetime, urllib.request, obstore
from obstore.store import S3Store
store = S3Store(bucket("for-obstore"), endpoint=ep, access_key_id=ak, secret_access_key=sk, region=region,
                virtual_hosted_style_request=False, client_options={"allow_http": True})
store.put(folder + "/a.bin", b"0123456789", attributes={"Content-Type": "text/plain; charset=utf-8", "colour": "a   b"})
assert [found["path"] for found in store.list(folder).collect()] == [folder + "/a.bin"]
assert store.list_with_delimiter("my folder")["common_prefixes"] == [folder]
assert bytes(store.get_range(folder + "/a.bin", start=2, end=5)) == b"234"
store.copy(folder + "/a.bin", folder + "/b+ c.bin")
try:
    store.put(folder + "/b+ c.bin", b"", mode="create")
    raise AssertionError("made twice")
except obstore.exceptions.AlreadyExistsError:
    pass
body = os.urandom(12 * 1024 * 1024)
store.put("big", body, chunk_size=5 * 1024 * 1024)
assert bytes(store.get("big").bytes()) == body
url = obstore.sign(store, "GET", folder + "/b+ c.bin", expires_in=datetime.timedelta(seconds=60))
assert urllib.request.urlopen(url).read() == b"0123456789"
store.delete([folder + "/a.bin", folder + "/b+ c.bin", "big"])
assert store.list().collect() == []
`,
    ));

  test("pyarrow: Parquet written and read, folders listed and deleted", (context) =>
    run(
      context,
      `
import pyarrow, pyarrow.parquet
from pyarrow.fs import FileSelector, FileType, S3FileSystem
b = bucket("for-pyarrow")
files = S3FileSystem(access_key=ak, secret_key=sk, endpoint_override=ep, region=region)
table = pyarrow.table({"a": list(range(1000))})
pyarrow.parquet.write_table(table, f"{b}/{folder}/t.parquet", filesystem=files)
assert pyarrow.parquet.read_table(f"{b}/{folder}", filesystem=files).equals(table)
assert [f.path for f in files.get_file_info(FileSelector(f"{b}/{folder}"))] == [f"{b}/{folder}/t.parquet"]
assert files.get_file_info(f"{b}/none").type == FileType.NotFound
with files.open_output_stream(f"{b}/plain", metadata={"Content-Type": "text/plain;charset=utf-8"}) as out:
    out.write(b"x" * 6_000_000)
assert files.open_input_file(f"{b}/plain").size() == 6_000_000
files.delete_dir(f"{b}/my folder")
files.delete_file(f"{b}/plain")
assert files.get_file_info(FileSelector(b)) == []
`,
    ));

  test("polars: Parquet written, and scanned by a pattern", (context) =>
    run(
      context,
      `
import polars
b = bucket("for-polars")
for part in (1, 2):
    polars.DataFrame({"a": [part] * 10}).write_parquet(f"s3://{b}/my folder/part {part}+é.parquet", storage_options=options)
found = polars.scan_parquet(f"s3://{b}/my folder/*.parquet", storage_options=options).collect()
assert found["a"].sum() == 30, found
`,
    ));

  test("deltalake: a table written twice, read back at both versions, vacuumed", (context) =>
    run(
      context,
      `
import pyarrow
from deltalake import DeltaTable, write_deltalake
at = f"s3://{bucket('for-delta')}/my tables/é t"
rows = pyarrow.table({"a": [1, 2, 3], "b": ["x y", "x+y", "é"]})
write_deltalake(at, rows, storage_options=options, partition_by=["b"])
write_deltalake(at, rows, storage_options=options, mode="overwrite")
# The variables alone lead there, also by a plain address.
assert DeltaTable(at).to_pyarrow_table().num_rows == 3
assert DeltaTable(at, storage_options=options).to_pyarrow_table().num_rows == 3
assert DeltaTable(at, version=0, storage_options=options).to_pyarrow_table().sort_by("a").equals(rows)
assert len(DeltaTable(at, storage_options=options).vacuum(0, dry_run=False, enforce_retention_duration=False)) == 3
`,
    ));

  test("requests with aws4auth, which leaves blanks as plus signs", (context) =>
    run(
      context,
      `
import requests
from requests_aws4auth import AWS4Auth
signer = AWS4Auth(ak, sk, region, "s3")
b = bucket("for-requests")
assert requests.put(f"{ep}/{b}/{folder}", data=b"1", auth=signer).status_code == 200
listed = requests.get(f"{ep}/{b}", params={"list-type": "2", "prefix": folder, "delimiter": "/"}, auth=signer)
assert listed.status_code == 200 and "<KeyCount>1</KeyCount>" in listed.text, listed.text
raw = requests.get(f"{ep}/{b}?delimiter=/&prefix=my+folder/&uploads", auth=signer)
assert raw.status_code == 200, raw.text
`,
    ));

  test("s3cmd in its default settings, which sign for the region US", async (context) => {
    const output = await runShell(
      context,
      server,
      "data",
      `
FOLDER=$(mktemp -d)
HOST=\${AWS_ENDPOINT_URL#http://}
printf '[default]\\naccess_key = %s\\nsecret_key = %s\\nhost_base = %s\\nhost_bucket = %s/%%(bucket)\\nuse_https = False\\n' \\
  "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "$HOST" "$HOST" > $FOLDER/config
echo text > "$FOLDER/a file+é.txt"
S3="s3cmd --config $FOLDER/config --no-progress"
$S3 mb s3://for-s3cmd
$S3 put "$FOLDER/a file+é.txt" "s3://for-s3cmd/my folder/"
$S3 ls "s3://for-s3cmd/my folder/"
$S3 cp "s3://for-s3cmd/my folder/a file+é.txt" s3://for-s3cmd/copy
$S3 get s3://for-s3cmd/copy -
curl --silent --fail "$($S3 signurl s3://for-s3cmd/copy +60)"
$S3 rb --recursive s3://for-s3cmd
rm -r $FOLDER
`,
    );
    expect(output).toMatch(/ 5 +s3:\/\/for-s3cmd\/my folder\/a file\+é\.txt\n/);
    expect(output.match(/^text$/gm)).toHaveLength(2);
  });
});
