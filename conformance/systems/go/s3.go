package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"sort"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

func makeBucket(ctx context.Context, client *s3.Client, name string) *string {
	must(client.CreateBucket(ctx, &s3.CreateBucketInput{
		Bucket: &name,
		CreateBucketConfiguration: &types.CreateBucketConfiguration{
			LocationConstraint: types.BucketLocationConstraint(client.Options().Region),
		},
	}))
	return &name
}

func read(body io.ReadCloser) string {
	defer body.Close()
	return string(must(io.ReadAll(body)))
}

// Every key is written, read, found in lists, copied and deleted.
func tryKeys(ctx context.Context, cfg aws.Config, words []string) {
	client := s3.NewFromConfig(cfg)
	roundTrip(ctx, client, makeBucket(ctx, client, words[0]), linesOf(words[1]))
}

func roundTrip(ctx context.Context, client *s3.Client, bucket *string, keys []string) {
	for _, key := range keys {
		must(client.PutObject(ctx, &s3.PutObjectInput{
			Bucket: bucket, Key: &key, Body: strings.NewReader("of " + key), Metadata: map[string]string{"spaced": "a  b+c", "name": "x=y;z"},
		}))
		got := must(client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: &key, ChecksumMode: types.ChecksumModeEnabled}))
		same(key, read(got.Body), "of "+key)
		same("metadata", got.Metadata["spaced"], "a  b+c")
		head := must(client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: &key}))
		same("size", *head.ContentLength, int64(len("of "+key)))
		// A prefix is a query parameter; it holds all that a key does.
		list := must(client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: bucket, Prefix: &key}))
		same("listed by prefix "+key, len(list.Contents), 1)
		same("listed key", *list.Contents[0].Key, key)
	}
	sort.Strings(keys)
	var found []string
	pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: bucket, MaxKeys: aws.Int32(3)})
	for pages.HasMorePages() {
		for _, object := range must(pages.NextPage(ctx)).Contents {
			found = append(found, *object.Key)
		}
	}
	same("all keys", strings.Join(found, "\n"), strings.Join(keys, "\n"))
	// The older list, in URL encoding and page by page.
	var older []string
	for marker := ""; ; {
		page := must(client.ListObjects(ctx, &s3.ListObjectsInput{Bucket: bucket, Marker: &marker, MaxKeys: aws.Int32(4), EncodingType: types.EncodingTypeUrl}))
		for _, object := range page.Contents {
			older = append(older, must(url.QueryUnescape(*object.Key)))
		}
		if !*page.IsTruncated {
			break
		}
		marker = older[len(older)-1]
	}
	same("all keys of the older list", strings.Join(older, "\n"), strings.Join(keys, "\n"))

	var gone []types.ObjectIdentifier
	for _, key := range keys {
		copied := "copied/" + key
		must(client.CopyObject(ctx, &s3.CopyObjectInput{Bucket: bucket, Key: &copied, CopySource: aws.String(url.QueryEscape(*bucket + "/" + key))}))
		got := must(client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: &copied}))
		same("copy", read(got.Body), "of "+key)
		same("metadata of the copy", got.Metadata["name"], "x=y;z")
		must(client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: &copied}))
		gone = append(gone, types.ObjectIdentifier{Key: &key})
	}
	deleted := must(client.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: bucket, Delete: &types.Delete{Objects: gone}}))
	same("deleted", len(deleted.Deleted), len(keys))
	same("not deleted", len(deleted.Errors), 0)
	must(client.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: bucket}))
	tell(keys)
}

// Bodies of unknown length, in parts and in pieces. The SDK sends a checksum after the body only over TLS, so a proxy
// that ends TLS stands before the server.
func tryStreams(ctx context.Context, cfg aws.Config, words []string) {
	server := must(url.Parse(os.Getenv("AWS_ENDPOINT_URL")))
	sent := map[string]string{}
	proxy := httptest.NewTLSServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(server)
		r.Out.Host = r.In.Host
		if r.In.Method == "PUT" {
			sent[r.In.URL.Path] = r.In.Header.Get("x-amz-content-sha256") + " " + r.In.Header.Get("x-amz-trailer")
		}
	}})
	defer proxy.Close()
	client := s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.BaseEndpoint = &proxy.URL
		o.HTTPClient = proxy.Client()
	})
	bucket := makeBucket(ctx, client, words[0])

	for _, algorithm := range []types.ChecksumAlgorithm{"CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"} {
		key := "streamed with " + string(algorithm)
		text := strings.Repeat(key+"\n", 10_000)
		put := must(client.PutObject(ctx, &s3.PutObjectInput{
			Bucket: bucket, Key: &key, Body: io.MultiReader(strings.NewReader(text)), ContentLength: aws.Int64(int64(len(text))), ChecksumAlgorithm: algorithm,
		}))
		got := must(client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: &key, ChecksumMode: types.ChecksumModeEnabled}))
		same("body", read(got.Body), text)
		sums := []*string{put.ChecksumCRC32, put.ChecksumCRC32C, put.ChecksumCRC64NVME, put.ChecksumSHA1, put.ChecksumSHA256}
		kept := []*string{got.ChecksumCRC32, got.ChecksumCRC32C, got.ChecksumCRC64NVME, got.ChecksumSHA1, got.ChecksumSHA256}
		for i := range sums {
			same(key, aws.ToString(kept[i]), aws.ToString(sums[i]))
		}
		tell(sent["/"+*bucket+"/"+key])
	}

	body := make([]byte, 20<<20)
	rand.New(rand.NewSource(1)).Read(body)
	for name, options := range map[string]func(*s3.Options){"over TLS": func(*s3.Options) {}, "as it is": func(o *s3.Options) {
		o.BaseEndpoint = aws.String(server.String())
		o.HTTPClient = http.DefaultClient
	}} {
		manager := transfermanager.New(s3.New(client.Options(), options))
		key := "parts " + name
		up := must(manager.UploadObject(ctx, &transfermanager.UploadObjectInput{Bucket: bucket, Key: &key, Body: io.MultiReader(bytes.NewReader(body))}))
		if !strings.HasSuffix(strings.Trim(*up.ETag, `"`), "-3") {
			fail("not in 3 parts: %s", *up.ETag)
		}
		got := must(client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: &key, ChecksumMode: types.ChecksumModeEnabled}))
		same("sum of "+key, sha256.Sum256([]byte(read(got.Body))), sha256.Sum256(body))
		down := must(manager.GetObject(ctx, &transfermanager.GetObjectInput{Bucket: bucket, Key: &key}))
		same("download of "+key, sha256.Sum256(must(io.ReadAll(down.Body))), sha256.Sum256(body))
		part := must(client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: &key, Range: aws.String("bytes=-7")}))
		same("range of "+key, read(part.Body), string(body[len(body)-7:]))
		tell(name)
	}
}

// Links that whoever has them opens with any HTTP client.
func tryLinks(ctx context.Context, cfg aws.Config, words []string) {
	client := s3.NewFromConfig(cfg)
	bucket := makeBucket(ctx, client, words[0])
	signer := s3.NewPresignClient(client, s3.WithPresignExpires(time.Minute))
	for _, key := range linesOf(words[1]) {
		put := must(signer.PresignPutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: &key, ContentType: aws.String("text/plain; charset=utf-8"), Metadata: map[string]string{"a": "b c"}}))
		request := must(http.NewRequest(put.Method, put.URL, strings.NewReader("by link")))
		request.Header = put.SignedHeader
		request.ContentLength = int64(len("by link"))
		same("put by link of "+key, must(http.DefaultClient.Do(request)).StatusCode, 200)
		get := must(signer.PresignGetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: &key, ResponseContentDisposition: aws.String(`attachment; filename="a b+c~é.txt"`)}))
		answer := must(http.Get(get.URL))
		same("body by link of "+key, read(answer.Body), "by link")
		same("disposition", answer.Header.Get("Content-Disposition"), "attachment; filename=\"a b+c~\xe9.txt\"") // latin-1
		same("a changed link", must(http.Get(strings.Replace(get.URL, "filename", "filenames", 1))).StatusCode, 403)
	}
	key := "plain.txt"
	get := must(signer.PresignGetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: &key, ResponseContentDisposition: aws.String("inline; filename=日本")}))
	answer := must(http.Get(get.URL))
	same("a name beyond latin-1", answer.StatusCode, 400)
	tell(read(answer.Body))
}

// A bucket as the first part of the host's name. The name leads nowhere, so the connection is made to the server's address.
func tryVirtualHost(ctx context.Context, cfg aws.Config, words []string) {
	server := must(url.Parse(os.Getenv("AWS_ENDPOINT_URL")))
	var hosts []string
	client := s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.BaseEndpoint = aws.String("http://localhost:" + server.Port())
		o.HTTPClient = &http.Client{Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				hosts = append(hosts, address)
				return (&net.Dialer{}).DialContext(ctx, network, server.Host)
			},
		}}
	})
	roundTrip(ctx, client, makeBucket(ctx, client, words[0]), linesOf(words[1]))
	same("host", hosts[0], words[0]+".localhost:"+server.Port())
}

// Errors as programs tell them apart: by type, by code, by what they carry.
func tryFaults(ctx context.Context, cfg aws.Config, words []string) {
	client := s3.NewFromConfig(cfg)
	bucket := makeBucket(ctx, client, words[0])
	code := func(err error) string {
		var fault smithy.APIError
		if !errors.As(err, &fault) {
			fail("no fault of the server: %v", err)
		}
		return fault.ErrorCode()
	}
	_, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: aws.String("no such/key")})
	var noKey *types.NoSuchKey
	same("NoSuchKey", errors.As(err, &noKey), true)
	_, err = client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: aws.String("no such/key")})
	var notFound *types.NotFound
	same("NotFound", errors.As(err, &notFound), true)
	_, err = client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: aws.String("no-such-bucket-here")})
	var noBucket *types.NoSuchBucket
	same("NoSuchBucket", errors.As(err, &noBucket), true)
	_, err = client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: bucket, CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(cfg.Region)}})
	var owned *types.BucketAlreadyOwnedByYou
	same("BucketAlreadyOwnedByYou", errors.As(err, &owned), true)
	_, err = client.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: aws.String("once"), IfNoneMatch: aws.String("*")})
	same("first", err, nil)
	_, err = client.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: aws.String("once"), IfNoneMatch: aws.String("*")})
	same("twice", code(err), "PreconditionFailed")
	_, err = client.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: aws.String("sum"), Body: strings.NewReader("x"), ChecksumCRC32: aws.String("AAAAAA==")})
	same("wrong sum", code(err), "BadDigest")
	_, err = client.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: bucket})
	same("full bucket", code(err), "BucketNotEmpty")

	// Of another region than the client's: the answer names the bucket's.
	elsewhere := s3.NewFromConfig(cfg, func(o *s3.Options) { o.Region = "eu-central-1" })
	_, err = elsewhere.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: bucket})
	var answered *awshttp.ResponseError
	if errors.As(err, &answered) {
		tell(fmt.Sprint(answered.HTTPResponse().StatusCode, " ", answered.HTTPResponse().Header.Get("x-amz-bucket-region")))
	} else {
		tell("200")
	}
}
