# Tries a server with s3cmd: commands.sh S3CMD BUCKET KEYS OPTION...
# Address and keys come from the environment; s3cmd reads them from a file.
set -eu
program=$1 bucket=$2 keys=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
host=${AWS_ENDPOINT_URL#http://}
cat > "$work/config" <<END
[default]
access_key = $AWS_ACCESS_KEY_ID
secret_key = $AWS_SECRET_ACCESS_KEY
host_base = $host
host_bucket = $host/%(bucket)
use_https = False
END
s3() { "$program" --config "$work/config" --no-progress "$@"; }

s3 "$@" mb "s3://$bucket"

echo "keys"
while IFS= read -r key; do
  case $key in */) continue ;; esac # s3cmd takes it for a folder
  printf 'of %s' "$key" > "$work/file"
  s3 "$@" --quiet put "$work/file" "s3://$bucket/$key"
  test "$(s3 "$@" --quiet get "s3://$bucket/$key" -)" = "of $key"
  printf '%s\n' "s3://$bucket/$key" >> "$work/written"
done < "$keys"
s3 "$@" ls --recursive "s3://$bucket" | sed 's/^.* \(s3:\)/\1/' > "$work/listed"
LC_ALL=C sort "$work/written" | diff - "$work/listed"
s3 "$@" ls "s3://$bucket/my folder/a+" | sed 's/.*s3:/s3:/'

echo "copy, move, describe, delete"
s3 "$@" --quiet --add-header "x-amz-meta-a: b  c+d" put "$work/file" "s3://$bucket/from here+é"
s3 "$@" --quiet cp "s3://$bucket/from here+é" "s3://$bucket/to there+é"
s3 "$@" --quiet mv "s3://$bucket/to there+é" "s3://$bucket/moved"
s3 "$@" info "s3://$bucket/moved" | sed -n 's/^ *x-amz-meta-a: */metadata /p; s/^ *\(MIME type\): */\1 /p'
s3 "$@" --quiet modify --add-header "Content-Type: text/plain" "s3://$bucket/moved"
s3 "$@" info "s3://$bucket/moved" | sed -n 's/^ *\(MIME type\): */\1 /p'
s3 "$@" --quiet del "s3://$bucket/moved" "s3://$bucket/from here+é"

echo "parts"
head -c 13000000 /dev/urandom > "$work/large"
s3 "$@" --quiet --multipart-chunk-size-mb=5 put "$work/large" "s3://$bucket/large file"
s3 "$@" --quiet get "s3://$bucket/large file" "$work/back"
cmp "$work/large" "$work/back"
head -c 4000000 "$work/large" > "$work/begun"
s3 "$@" --quiet get --continue "s3://$bucket/large file" "$work/begun"
cmp "$work/large" "$work/begun"
s3 "$@" multipart "s3://$bucket" | tail -n +3

echo "sync"
mkdir -p "$work/tree/a b/c+d"
echo 1 > "$work/tree/one"
echo 2 > "$work/tree/a b/c+d/é~"
s3 "$@" --quiet sync "$work/tree/" "s3://$bucket/tree/"
s3 "$@" --quiet sync "s3://$bucket/tree/" "$work/again/"
diff -r "$work/tree" "$work/again"
rm "$work/tree/one"
s3 "$@" --quiet sync --delete-removed "$work/tree/" "s3://$bucket/tree/"
s3 "$@" ls --recursive "s3://$bucket/tree/" | sed 's/.*s3:/s3:/'
s3 "$@" du "s3://$bucket/tree/" | awk '{ print $1, $2, $3 }'

echo "link"
python3 - "$(s3 "$@" signurl "s3://$bucket/tree/a b/c+d/é~" +60)" <<'END'
import sys, urllib.request
print(urllib.request.urlopen(sys.argv[1]).read().decode().strip())
END

s3 "$@" --quiet rb --recursive "s3://$bucket"
