# Tries a server with AWS's SDK for Ruby: client.rb BUCKET KEYS. Region and keys come from the environment.
require "aws-sdk-s3"
require "json"
require "net/http"
require "tempfile"

bucket, keys_file = ARGV
# This version does not read the address from the environment.
endpoint = ENV.fetch("AWS_ENDPOINT_URL")
S3 = Aws::S3::Client.new(endpoint: endpoint, force_path_style: true)

def same(what, found, wanted)
  raise "#{what}: #{found.inspect}, not #{wanted.inspect}" unless found == wanted
end

def code
  yield
  "nothing"
rescue Aws::Errors::ServiceError => error
  "#{error.class} #{error.context.http_response.status_code}"
end

S3.create_bucket(bucket: bucket, create_bucket_configuration: { location_constraint: ENV["AWS_REGION"] })
keys = File.readlines(keys_file, chomp: true, encoding: "UTF-8")
keys.each do |key|
  S3.put_object(bucket: bucket, key: key, body: "of #{key}", metadata: { "spaced" => "a  b+c", "name" => "x=y;z" })
  got = S3.get_object(bucket: bucket, key: key)
  same(key, got.body.read.force_encoding("UTF-8"), "of #{key}")
  same("metadata", got.metadata, { "spaced" => "a  b+c", "name" => "x=y;z" })
  same("listed by prefix", S3.list_objects_v2(bucket: bucket, prefix: key).contents.map(&:key), [key])
end
found = S3.list_objects_v2(bucket: bucket, max_keys: 3).flat_map { |page| page.contents.map(&:key) }
same("all keys", found, keys.sort_by(&:b))
keys.each do |key|
  object = Aws::S3::Object.new(bucket, key, client: S3)
  object.copy_to(bucket: bucket, key: "copied/#{key}")
  same("copy", S3.get_object(bucket: bucket, key: "copied/#{key}").body.read.force_encoding("UTF-8"), "of #{key}")
end
puts "#{keys.size} keys"

signer = Aws::S3::Presigner.new(client: S3)
keys.each do |key|
  put = URI(signer.presigned_url(:put_object, bucket: bucket, key: key, expires_in: 60))
  answer = Net::HTTP.start(put.host, put.port) { |http| http.send_request("PUT", put.request_uri, "by link") }
  same("put by link of #{key}", answer.code, "200")
  get = URI(signer.presigned_url(:get_object, bucket: bucket, key: key, expires_in: 60, response_content_disposition: 'inline; filename="a b+c~"'))
  answer = Net::HTTP.get_response(get)
  same("body by link of #{key}", answer.body, "by link")
  same("disposition", answer["content-disposition"], 'inline; filename="a b+c~"')
end
puts "links"

body = Random.new(1).bytes(20 << 20)
Tempfile.create do |file|
  file.binmode
  file.write(body)
  file.flush
  Aws::S3::Object.new(bucket, "in parts", client: S3).upload_file(file.path, multipart_threshold: 5 << 20)
end
Aws::S3::Object.new(bucket, "streamed", client: S3).upload_stream { |stream| stream << body }
["in parts", "streamed"].each { |key| same(key, S3.get_object(bucket: bucket, key: key).body.read.b == body, true) }
same("range", S3.get_object(bucket: bucket, key: "in parts", range: "bytes=-7").body.read.b, body[-7..])
# CRC32C and CRC64NVME need a native gem.
%w[CRC32 SHA1 SHA256].each do |algorithm|
  S3.put_object(bucket: bucket, key: algorithm, body: "abc", checksum_algorithm: algorithm)
  got = S3.get_object(bucket: bucket, key: algorithm, checksum_mode: "ENABLED")
  same(algorithm, got.context[:http_checksum][:validated], algorithm)
end
puts "parts and sums"

puts code { S3.get_object(bucket: bucket, key: "none") }
puts code { S3.head_object(bucket: bucket, key: "none") }
puts code { S3.get_object(bucket: "no-such-bucket-here", key: "none") }
puts code { S3.delete_bucket(bucket: bucket) }
puts Aws::STS::Client.new(endpoint: endpoint).get_caller_identity.arn
Aws::S3::Bucket.new(bucket, client: S3).delete!
