const sizes = { tinyint: 8, smallint: 16, integer: 32, bigint: 64 };

const shifts = [
  ["bitwise_left_shift", "own_shift_left"],
  ["bitwise_right_shift", "own_shift_right"],
  ["bitwise_right_shift_arithmetic", "own_shift_right_arithmetic"],
].flatMap(([name, own]) =>
  Object.entries(sizes).map(
    ([type, bits]) => `${name}(${type}, bigint) -> ${type} = CAST(${own}($1, $2, ${bits}) AS $r)`,
  ),
);

/** HMAC by a hash that DuckDB has; a key that is longer than the block is hashed first. */
const hmac = (name: string, hash: string): string => {
  const key = `CASE WHEN octet_length($2) > 64 THEN unhex(${hash}($2)) ELSE $2 END`;
  const inner = `unhex(${hash}(own_hmac_pad(${key}, 64, 54) || $1))`;
  return `${name}(varbinary, varbinary) -> varbinary = unhex(${hash}(own_hmac_pad(${key}, 64, 92) || ${inner}))`;
};

/** A part of the bytes, by their text of two digits each: `count` of them, or all. */
const bytesFrom = (count?: string): string => {
  const length = count === undefined ? "" : `, CAST(2 * least(${count}, octet_length($1)) AS INTEGER)`;
  const none = `$2 = 0 OR abs($2) > octet_length($1)${count === undefined ? "" : ` OR ${count} <= 0`}`;
  return `unhex(CASE WHEN ${none} THEN '' WHEN $2 IS NOT NULL THEN substr(hex($1), CAST(CASE WHEN $2 > 0 THEN 2 * $2 - 1 ELSE 2 * $2 END AS INTEGER)${length}) END)`;
};

/** Bits and bytes. */
export const binaryTable = `
${shifts.join("\n")}
substr(varbinary, bigint) -> varbinary = ${bytesFrom()}
substr(varbinary, bigint, bigint) -> varbinary = ${bytesFrom("$3")}
${["lpad", "rpad"].map((name) => `${name}(varbinary, bigint, varbinary) -> varbinary = unhex(trino_pad_checked($2, hex($3), ${name}(hex($1), CAST(2 * least($2, 10000001) AS INTEGER), hex($3))))`).join("\n")}
reverse(varbinary) -> varbinary = unhex(array_to_string(list_reverse(regexp_extract_all(hex($1), '..')), ''))
bit_count(bigint, bigint) -> bigint = own_bit_count($1, $2)
crc32(varbinary) -> bigint = own_crc32($1)
spooky_hash_v2_32(varbinary) -> varbinary = own_spooky32($1)
spooky_hash_v2_64(varbinary) -> varbinary = own_spooky64($1)
xxhash64(varbinary) -> varbinary = own_xxhash64($1)
murmur3(varbinary) -> varbinary = own_murmur3($1)
sha512(varbinary) -> varbinary = own_sha512($1)
${hmac("hmac_md5", "md5")}
${hmac("hmac_sha1", "sha1")}
${hmac("hmac_sha256", "sha256")}
hmac_sha512(varbinary, varbinary) -> varbinary = own_hmac_sha512($1, $2)
to_base32(varbinary) -> varchar = own_to_base32($1)
from_base32(varchar) -> varbinary = own_from_base32($1)
to_big_endian_32(integer) -> varbinary = own_to_big_endian_32($1)
to_big_endian_64(bigint) -> varbinary = own_to_big_endian_64($1)
from_big_endian_32(varbinary) -> integer = own_from_big_endian_32($1)
from_big_endian_64(varbinary) -> bigint = own_from_big_endian_64($1)
to_ieee754_32(real) -> varbinary = own_to_ieee754_32(CAST($1 AS DOUBLE))
to_ieee754_64(double) -> varbinary = own_to_ieee754_64($1)
from_ieee754_32(varbinary) -> real = CAST(own_from_ieee754_32($1) AS FLOAT)
from_ieee754_64(varbinary) -> double = own_from_ieee754_64($1)
`;
