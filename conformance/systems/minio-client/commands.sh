# Tries a server with MinIO's mc: commands.sh MC BUCKET KEYS. Address and keys come from the environment.
set -eu
program=$1 bucket=$2 keys=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
host=${AWS_ENDPOINT_URL#http://}
export MC_HOST_s="http://$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY@$host" MC_REGION="$AWS_REGION"
mc() { "$program" --config-dir "$work/config" --disable-pager --no-color "$@"; }

mc mb --quiet --region "$AWS_REGION" "s/$bucket"

echo "keys"
count=0
while IFS= read -r key; do
  case $key in *//* | */) continue ;; esac # mc makes paths of them
  printf 'of %s' "$key" | mc pipe --quiet "s/$bucket/$key" > "$work/said"
  test "$(mc cat "s/$bucket/$key")" = "of $key"
  mc stat --json "s/$bucket/$key" > "$work/said"
  count=$((count + 1))
done < "$keys"
test "$(mc ls --recursive "s/$bucket" | wc -l)" = "$count"

echo "trees"
mkdir -p "$work/tree/a b/c+d"
echo 1 > "$work/tree/one"
echo 2 > "$work/tree/a b/c+d/é~"
head -c 20000000 /dev/urandom > "$work/tree/large file"
mc mirror --quiet "$work/tree" "s/$bucket/tree" > "$work/said"
mc cp --quiet --recursive "s/$bucket/tree/" "s/$bucket/copied tree/" > "$work/said"
mc mirror --quiet "s/$bucket/copied tree" "$work/again" > "$work/said"
diff -r "$work/tree" "$work/again"
mc mv --quiet "s/$bucket/copied tree/one" "s/$bucket/copied tree/moved + é" > "$work/said"
mc find "s/$bucket/copied tree" | sort
mc du --json "s/$bucket/tree" | sed 's/.*"size":\([0-9]*\).*/\1 bytes/'
mc tag set "s/$bucket/tree/one" "team=a b&part=c+d" > "$work/said"
mc tag list --json "s/$bucket/tree/one" | sed 's/.*\("tagset":{[^}]*}\).*/\1/'
test "$(mc head --lines 1 "s/$bucket/tree/one")" = 1

echo "link"
link=$(mc share download --json --expire 1m "s/$bucket/tree/a b/c+d/é~" | sed 's/.*"share":"\([^"]*\)".*/\1/; s/\\u0026/\&/g')
python3 - "$link" <<'END'
import sys, urllib.request
print(urllib.request.urlopen(sys.argv[1]).read().decode().strip())
END

mc rb --quiet --force "s/$bucket" > "$work/said"
