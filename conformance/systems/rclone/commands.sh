# Tries a server with rclone: commands.sh BUCKET KEYS. Address and keys come from the environment.
set -eu
bucket=$1 keys=$2
# This version of rclone has a transport of its own, for which its SDK can load no certificates.
unset AWS_CA_BUNDLE
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export RCLONE_CONFIG="$work/config"
touch "$RCLONE_CONFIG"
export RCLONE_CONFIG_S_TYPE=s3 RCLONE_CONFIG_S_PROVIDER=Other RCLONE_CONFIG_S_ENV_AUTH=true
export RCLONE_RETRIES=1 RCLONE_LOW_LEVEL_RETRIES=1
export RCLONE_CONFIG_S_ENDPOINT="$AWS_ENDPOINT_URL" RCLONE_CONFIG_S_REGION="$AWS_REGION"
export RCLONE_CONFIG_S_LOCATION_CONSTRAINT="$AWS_REGION"

rclone mkdir "s:$bucket"

echo "keys"
count=0
while IFS= read -r key; do
  case $key in *//* | */) continue ;; esac # rclone makes paths of them
  printf 'of %s' "$key" | rclone rcat "s:$bucket/$key"
  test "$(rclone cat "s:$bucket/$key")" = "of $key"
  rclone lsf "s:$bucket/$key" | grep -qF "${key##*/}"
  count=$((count + 1))
done < "$keys"
test "$(rclone lsf --recursive --files-only "s:$bucket" | wc -l)" = "$count"

echo "sync"
mkdir -p "$work/tree/a b/c+d"
echo 1 > "$work/tree/one"
echo 2 > "$work/tree/a b/c+d/é~"
head -c 13000000 /dev/urandom > "$work/tree/large file"
rclone sync --s3-upload-cutoff 5M --s3-chunk-size 5M "$work/tree" "s:$bucket/tree"
rclone check "$work/tree" "s:$bucket/tree" 2>&1 | sed 's/.*: //'
rclone copy "s:$bucket/tree" "s:$bucket/copied tree"
rclone sync "s:$bucket/copied tree" "$work/again"
diff -r "$work/tree" "$work/again"
rclone moveto "s:$bucket/copied tree/one" "s:$bucket/copied tree/moved + é"
rclone lsf --recursive --files-only "s:$bucket/copied tree" | sort
rclone size --json "s:$bucket/tree"

echo "link"
python3 - "$(rclone link --expire 1m "s:$bucket/tree/a b/c+d/é~")" <<'END'
import sys, urllib.request
print(urllib.request.urlopen(sys.argv[1]).read().decode().strip())
END

rclone purge "s:$bucket"
