"""Texts, hashes, patterns and JSON. Stands behind tables.py, whose names it uses."""


@by_row("text")
def flow_lower(value):
    return "".join(one.lower() if len(one.lower()) == 1 else one for one in value)


@by_row("text")
def flow_upper(value):
    return "".join(one.upper() if len(one.upper()) == 1 else one for one in value)


@by_row("long")
def flow_length(value):
    return len(value)


@by_row("text")
def flow_concat(a, b):
    return a + b


@by_row("text")
def flow_substring(value, start, length):
    start, length = int(start), int(length)
    begin = start - 1 if start > 0 else len(value) + start if start < 0 else -1
    end = begin + length
    return value[max(0, begin) : max(0, end)]


@by_row("text")
def flow_replace(value, old, new):
    return value if old == "" else value.replace(old, new)


@by_row("text")
def flow_repeat(value, times):
    return value * int(times)


@by_row("text")
def flow_reverse(value):
    return value[::-1]


@by_row("text")
def flow_pad_left(value, width, fill):
    width = int(width)
    missing = max(0, width - len(value))
    return ((fill * missing)[:missing] + value)[:width]


@by_row("text")
def flow_pad_right(value, width, fill):
    width = int(width)
    return (value + fill * max(0, width - len(value)))[:width]


@by_row("text")
def flow_trim_left(value, signs):
    return value.lstrip(signs) if signs else value


@by_row("text")
def flow_trim_right(value, signs):
    return value.rstrip(signs) if signs else value


@by_row("text")
def flow_trim_both(value, signs):
    return value.strip(signs) if signs else value


@by_row("text")
def flow_without(value, signs):
    return "".join(one for one in value if one not in signs)


@by_row("text")
def flow_translate(value, old, new):
    changes = {}
    for at, sign in enumerate(old):
        changes.setdefault(sign, new[at] if at < len(new) else "")
    return "".join(changes.get(one, one) for one in value)


@by_row("long")
def flow_position(needle, value):
    return value.find(needle) + 1


@by_row("boolean")
def flow_starts_with(value, start):
    return value.startswith(start)


@by_row("boolean")
def flow_ends_with(value, end):
    return value.endswith(end)


@by_row("list")
def flow_characters(value):
    return list(value)


@by_row("list")
def flow_split(value, divider):
    return list(value) if divider == "" else value.split(divider)


@by_row("text")
def flow_join(values, divider):
    return divider.join(engine_text(one) for one in values if one is not None)


@by_row("long")
def flow_code_point(value):
    return ord(value[0]) if value else 0


@by_row("text")
def flow_md5(value):
    return hashlib.md5(value.encode()).hexdigest()


@by_row("text")
def flow_sha1(value):
    return hashlib.sha1(value.encode()).hexdigest()


@by_row("text")
def flow_sha256(value):
    return hashlib.sha256(value.encode()).hexdigest()


@by_row("long")
def flow_murmur3(value):
    """MurmurHash3 (x86, 32 bits) of a text's UTF-8 with the seed 42, as a number with a sign."""

    def mixed(key):
        key = key * 0xCC9E2D51 & 0xFFFFFFFF
        return (key << 15 | key >> 17) * 0x1B873593 & 0xFFFFFFFF

    data, total = value.encode(), 42
    for at in range(0, len(data) // 4 * 4, 4):
        total ^= mixed(int.from_bytes(data[at : at + 4], "little"))
        total = ((total << 13 | total >> 19) * 5 + 0xE6546B64) & 0xFFFFFFFF
    total ^= mixed(int.from_bytes(data[len(data) // 4 * 4 :], "little")) ^ len(data)
    total = (total ^ total >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    total = (total ^ total >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    total ^= total >> 16
    return total - 2**32 if total >= 2**31 else total


@by_row("double")
def flow_fraction(value):
    """A number from 0 to 1 (excluded) that a text always gives."""
    return int(hashlib.md5(value.encode()).hexdigest()[:13], 16) / 4503599627370496.0


def like_pattern(text):
    parts = re.findall(r"\\.|.", text, re.S)
    return "".join(".*" if one == "%" else "." if one == "_" else re.escape(one[-1]) for one in parts)


@by_row("boolean")
def flow_like(value, pattern):
    return re.fullmatch(like_pattern(pattern), value, re.S) is not None


@by_row("boolean")
def flow_like_any_case(value, pattern):
    return re.fullmatch(like_pattern(pattern), value, re.S | re.I) is not None


@functools.lru_cache(maxsize=None)
def ranges_of(category, others):
    """The signs of a category of Unicode, or all others, as they stand in a class of a pattern."""
    import unicodedata

    ranges = []
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)).startswith(category) == others:
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


@functools.lru_cache(maxsize=None)
def pattern_of(text):
    """A pattern as Python writes it."""
    parts, in_class = [], False
    for one in re.findall(r"\\[pP](?:\{\^?\w+\}|\w)|\\x\{[0-9a-fA-F]+\}|\\.|.", text, re.S):
        if re.match(r"\\[pP]", one):
            name = one[2:].strip("{}")
            signs = ranges_of(name.strip("^"), (one[1] == "P") != name.startswith("^"))
            one = signs if in_class else f"[{signs}]"
        elif one.startswith("\\x{"):
            one = re.escape(chr(int(one[3:-1], 16)))
        elif one == r"\z":
            one = r"\Z"
        elif one in "[]":
            in_class = one == "[" if not in_class else one != "]" or parts[-1] in ("[", "^") and "".join(parts[-2:]) in ("[", "[^")
        parts.append(one)
    return re.compile("".join(parts), re.ASCII)


@by_row("boolean")
def flow_matches(value, pattern):
    return pattern_of(pattern).search(value) is not None


@by_row("boolean")
def flow_matches_whole(value, pattern):
    return pattern_of(pattern).fullmatch(value) is not None


@by_row("text")
def flow_replace_pattern(value, pattern, new):
    return pattern_of(pattern).sub(lambda _: new, value)


@by_row("text")
def flow_replace_matches(value, pattern, new, *_):
    def filled(found):
        parts = re.findall(r"\\[0-9]|\\\\|.", new, re.S)
        return "".join((found[int(one[1])] or "") if re.fullmatch(r"\\[0-9]", one) else one[-1] for one in parts)

    return pattern_of(pattern).sub(filled, value)


@by_row("list")
def flow_split_pattern(value, pattern):
    places = [found.span() for found in pattern_of(pattern).finditer(value) if found.end() > found.start()]
    begins = [0] + [end for _, end in places]
    return [value[begin:end] for begin, end in zip(begins, [begin for begin, _ in places] + [len(value)])]


@by_row("text")
def flow_extract(value, pattern, group):
    found = pattern_of(pattern).search(value)
    return (found[int(group)] or "") if found else ""


@by_row("list")
def flow_extract_all(value, pattern, group):
    return [found[int(group)] or "" for found in pattern_of(pattern).finditer(value)]


def parsed_object(text):
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


@by_row("list")
def flow_json_keys(value):
    found = parsed_object(value)
    return None if found is None else list(found)


@by_row("text")
def flow_json_member(value, name):
    found = (parsed_object(value) or {}).get(name)
    if found is None or isinstance(found, str):
        return found
    return json.dumps(found, separators=(",", ":"), ensure_ascii=False)
