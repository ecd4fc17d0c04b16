import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.*;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

class ObjectCases {
  static final String REGION = System.getenv("AWS_REGION");

  static S3Client client(String stack) {
    return S3Client.builder().httpClientBuilder(Client.STACKS.get(stack)).build();
  }

  static String makeBucket(S3Client s3, String name) {
    s3.createBucket(b -> b.bucket(name).createBucketConfiguration(c -> c.locationConstraint(REGION)));
    return name;
  }

  static InputStream pieces(byte[] bytes) {
    int half = bytes.length / 2;
    // Of no known length, and readable once.
    return new SequenceInputStream(
        new ByteArrayInputStream(bytes, 0, half), new ByteArrayInputStream(bytes, half, bytes.length - half));
  }

  /** Every key is written, read, found in lists, copied and deleted. An address may be given instead of the environment's. */
  static void keys(List<String> words) throws Exception {
    List<String> hosts = new ArrayList<>();
    var builder = S3Client.builder().httpClientBuilder(Client.STACKS.get(words.get(2)));
    if (words.size() > 3) builder.endpointOverride(URI.create(words.get(3)));
    S3Client s3 = builder.overrideConfiguration(o -> o.addExecutionInterceptor(new ExecutionInterceptor() {
      @Override
      public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        hosts.add(context.httpRequest().host());
      }
    })).build();
    String bucket = makeBucket(s3, words.get(0));
    List<String> keys = Client.linesOf(words.get(1));
    for (String key : keys) {
      s3.putObject(b -> b.bucket(bucket).key(key).metadata(Map.of("spaced", "a  b+c", "name", "x=y;z")), RequestBody.fromString("of " + key));
      ResponseBytes<GetObjectResponse> got = s3.getObjectAsBytes(b -> b.bucket(bucket).key(key));
      Client.same(key, got.asUtf8String(), "of " + key);
      Client.same("metadata of " + key, got.response().metadata(), Map.of("spaced", "a  b+c", "name", "x=y;z"));
      Client.same("size", s3.headObject(b -> b.bucket(bucket).key(key)).contentLength(), (long) ("of " + key).getBytes("UTF-8").length);
      var list = s3.listObjectsV2(b -> b.bucket(bucket).prefix(key).delimiter("\n"));
      Client.same("listed by prefix", list.contents().stream().map(S3Object::key).toList(), List.of(key));
    }
    List<String> sorted = keys.stream().sorted((a, b) -> Arrays.compareUnsigned(utf8(a), utf8(b))).toList();
    List<String> found = s3.listObjectsV2Paginator(b -> b.bucket(bucket).maxKeys(3)).contents().stream().map(S3Object::key).toList();
    Client.same("all keys", found, sorted);
    List<String> older = new ArrayList<>();
    for (String marker = ""; marker != null; ) {
      String after = marker;
      var page = s3.listObjects(b -> b.bucket(bucket).maxKeys(4).marker(after).encodingType(EncodingType.URL));
      page.contents().forEach(object -> older.add(object.key()));
      marker = page.isTruncated() ? older.get(older.size() - 1) : null;
    }
    Client.same("all keys of the older list", older, sorted);
    for (String key : keys) {
      s3.copyObject(b -> b.sourceBucket(bucket).sourceKey(key).destinationBucket(bucket).destinationKey("copied/" + key));
      Client.same("copy of " + key, s3.getObjectAsBytes(b -> b.bucket(bucket).key("copied/" + key)).asUtf8String(), "of " + key);
      s3.deleteObject(b -> b.bucket(bucket).key("copied/" + key));
    }
    var gone = s3.deleteObjects(b -> b.bucket(bucket).delete(d -> d.objects(keys.stream().map(key -> ObjectIdentifier.builder().key(key).build()).toList())));
    Client.same("deleted", gone.deleted().size(), keys.size());
    s3.deleteBucket(b -> b.bucket(bucket));
    Client.tell(keys.size() + " keys by " + hosts.get(0));
  }

  static byte[] utf8(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  /** Bodies that are read once, with each checksum, and in parts by the asynchronous stacks. */
  static void streams(List<String> words) throws Exception {
    List<String> sent = new ArrayList<>();
    ExecutionInterceptor recorder = new ExecutionInterceptor() {
      @Override
      public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        var request = context.httpRequest();
        if (context.request() instanceof PutObjectRequest)
          sent.add(request.firstMatchingHeader("x-amz-content-sha256").orElse("-") + " " + request.firstMatchingHeader("x-amz-trailer").orElse("-"));
      }
    };
    byte[] body = new byte[20 << 20];
    new Random(1).nextBytes(body);
    for (String stack : List.of("apache", "url-connection", "crt")) {
      S3Client s3 = S3Client.builder().httpClientBuilder(Client.STACKS.get(stack)).overrideConfiguration(o -> o.addExecutionInterceptor(recorder)).build();
      String bucket = makeBucket(s3, words.get(0) + "-" + stack);
      for (ChecksumAlgorithm algorithm : List.of(ChecksumAlgorithm.CRC32, ChecksumAlgorithm.CRC32_C, ChecksumAlgorithm.CRC64_NVME, ChecksumAlgorithm.SHA1, ChecksumAlgorithm.SHA256)) {
        byte[] part = Arrays.copyOf(body, 300_000);
        s3.putObject(b -> b.bucket(bucket).key("by " + algorithm).checksumAlgorithm(algorithm), RequestBody.fromContentProvider(() -> pieces(part), part.length, "text/plain"));
        Client.same("body", Arrays.equals(s3.getObjectAsBytes(b -> b.bucket(bucket).key("by " + algorithm)).asByteArray(), part), true);
      }
      s3.putObject(b -> b.bucket(bucket).key("large"), RequestBody.fromInputStream(pieces(body), body.length));
      var got = s3.getObjectAsBytes(b -> b.bucket(bucket).key("large").checksumMode(ChecksumMode.ENABLED));
      Client.same("large", Arrays.equals(got.asByteArray(), body), true);
      Client.same("range", s3.getObjectAsBytes(b -> b.bucket(bucket).key("large").range("bytes=-7")).asByteArray().length, 7);
      Client.tell(stack + " " + sent);
      sent.clear();
    }
    S3Client plain = client("apache");
    S3AsyncClient parts = S3AsyncClient.builder().multipartEnabled(true).multipartConfiguration(m -> m.minimumPartSizeInBytes(8L << 20)).build();
    String bucket = makeBucket(plain, words.get(0) + "-netty");
    parts.putObject(b -> b.bucket(bucket).key("of unknown length"), AsyncRequestBody.fromInputStream(c -> c.inputStream(pieces(body)).contentLength(null).executor(Executors.newCachedThreadPool()))).join();
    parts.putObject(b -> b.bucket(bucket).key("in parts").checksumAlgorithm(ChecksumAlgorithm.CRC32_C), AsyncRequestBody.fromBytes(body)).join();
    for (String key : List.of("of unknown length", "in parts")) {
      byte[] back = parts.getObject(b -> b.bucket(bucket).key(key), AsyncResponseTransformer.toBytes()).join().asByteArray();
      Client.same(key, Arrays.equals(back, body), true);
      Client.tell("netty " + key + " " + plain.headObject(b -> b.bucket(bucket).key(key)).eTag().replaceAll(".*-|\"", "") + " parts");
    }
    parts.copyObject(b -> b.sourceBucket(bucket).sourceKey("in parts").destinationBucket(bucket).destinationKey("copied in parts")).join();
    Client.same("copy", Arrays.equals(plain.getObjectAsBytes(b -> b.bucket(bucket).key("copied in parts")).asByteArray(), body), true);
  }

  /** Links that whoever has them opens with any HTTP client. */
  static void links(List<String> words) throws Exception {
    S3Client s3 = client("apache");
    String bucket = makeBucket(s3, words.get(0));
    try (S3Presigner signer = S3Presigner.create()) {
      for (String key : Client.linesOf(words.get(1))) {
        var put = signer.presignPutObject(p -> p.signatureDuration(Duration.ofMinutes(1)).putObjectRequest(b -> b.bucket(bucket).key(key).contentType("text/plain").metadata(Map.of("a", "b c"))));
        var request = HttpRequest.newBuilder(put.url().toURI()).PUT(HttpRequest.BodyPublishers.ofString("by link"));
        put.signedHeaders().forEach((name, values) -> {
          if (!name.equalsIgnoreCase("host")) request.header(name, String.join(",", values));
        });
        Client.same("put by link of " + key, Client.open(request.build()).statusCode(), 200);
        var get = signer.presignGetObject(p -> p.signatureDuration(Duration.ofMinutes(1)).getObjectRequest(b -> b.bucket(bucket).key(key).responseContentDisposition("attachment; filename=\"a b+c~.txt\"")));
        var answer = Client.open(get.url().toString());
        Client.same("body by link of " + key, answer.body(), "by link");
        Client.same("disposition", answer.headers().firstValue("Content-Disposition").orElse(""), "attachment; filename=\"a b+c~.txt\"");
        Client.same("a changed link", Client.open(get.url().toString().replace("filename", "filenames")).statusCode(), 403);
      }
    }
    Client.tell("links");
  }

  /** Errors as programs tell them apart: by type, by code, by what they carry. */
  static void faults(List<String> words) {
    S3Client s3 = client("apache");
    String bucket = makeBucket(s3, words.get(0));
    Client.same("NoSuchKey", thrown(() -> s3.getObjectAsBytes(b -> b.bucket(bucket).key("no such/key"))) instanceof NoSuchKeyException, true);
    Client.same("404", thrown(() -> s3.headObject(b -> b.bucket(bucket).key("no such/key"))) instanceof NoSuchKeyException, true);
    Client.same("NoSuchBucket", thrown(() -> s3.listObjectsV2(b -> b.bucket("no-such-bucket-here"))) instanceof NoSuchBucketException, true);
    Client.same("twice", thrown(() -> makeBucket(s3, bucket)) instanceof BucketAlreadyOwnedByYouException, true);
    s3.putObject(b -> b.bucket(bucket).key("once").ifNoneMatch("*"), RequestBody.empty());
    S3Exception refused = thrown(() -> s3.putObject(b -> b.bucket(bucket).key("once").ifNoneMatch("*"), RequestBody.empty()));
    Client.tell(refused.awsErrorDetails().errorCode() + " " + refused.statusCode() + " " + refused.awsErrorDetails().errorMessage());
    S3Exception wrong = thrown(() -> s3.putObject(b -> b.bucket(bucket).key("sum").checksumCRC32("AAAAAA=="), RequestBody.fromString("x")));
    Client.tell(wrong.awsErrorDetails().errorCode() + " " + wrong.statusCode());
    Client.tell(thrown(() -> s3.deleteBucket(b -> b.bucket(bucket))).awsErrorDetails().errorCode());
    // A client of another region finds the bucket, by itself or since the server serves every region.
    S3Client elsewhere = S3Client.builder().region(Region.EU_CENTRAL_1).crossRegionAccessEnabled(true).httpClientBuilder(Client.STACKS.get("apache")).build();
    Client.same("from elsewhere", elsewhere.getObjectAsBytes(b -> b.bucket(bucket).key("once")).asByteArray().length, 0);
    Client.tell(elsewhere.headBucket(b -> b.bucket(bucket)).bucketRegion());
  }

  static S3Exception thrown(Runnable call) {
    try {
      call.run();
    } catch (S3Exception error) {
      return error;
    }
    throw new AssertionError("nothing was thrown");
  }
}
