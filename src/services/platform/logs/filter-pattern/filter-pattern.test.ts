import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileFilterPattern } from "./filter-pattern.ts";

const matching = (pattern: string, messages: readonly string[]) => messages.filter(compileFilterPattern(pattern));
const refusal = (pattern: string) => {
  try {
    compileFilterPattern(pattern);
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error(`The pattern ${pattern} was taken.`);
};
/** Of the processor, whatever else the machine does. */
const millisecondsSince = (before: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

describe("terms", () => {
  const events = [
    "[ERROR 400] BAD REQUEST",
    "[ERROR 401] UNAUTHORIZED REQUEST",
    "[ERROR 419] MISSING ARGUMENTS",
    "[ERROR 420] INVALID ARGUMENTS",
    "[INFO] REQUEST FAILED",
    "größer als 1, [ERROR 500] INTERNAL SERVER ERROR",
  ];
  const [bad, unauthorized, missing, invalid, failed, internal] = events as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];

  it.each([
    ["", events],
    ['" "', events],
    ['""', events],
    ["ERROR", [bad, unauthorized, missing, invalid, internal]],
    ["error", []],
    ["ERROR ARGUMENTS", [missing, invalid]],
    ["?INFO ?ARGUMENTS", [missing, invalid, failed]],
    ["?ERROR ?ARGUMENTS REQUEST", [bad, unauthorized, failed]],
    ['"INTERNAL SERVER ERROR"', [internal]],
    ["ERROR -ARGUMENTS", [bad, unauthorized, internal]],
    ["-ARGUMENTS ERROR", [bad, unauthorized, internal]],
    ['"ERROR" - "REQUEST"', [missing, invalid, internal]],
    ["-ERROR", [failed]],
    ["größer", [internal]],
    ['"[INFO]" -"\\"x"', [failed]],
    ["%AUTHORIZED%", [unauthorized]],
    ["REQUEST -%ERROR 4[0-9]+%", [failed]],
    ["?%^.INFO% ?%4[12]%", [missing, invalid, failed]],
  ])("%s", (pattern, expected) => expect(matching(pattern, events)).toEqual(expected));

  it.each([
    ["foo:bar", ":"],
    ["email@domain.com", "@"],
    ["foo-bar", "-"],
    ["!(x", "!("],
    ["`x`", "`"],
    ["a [b", "["],
  ])("%s needs quotation marks", (pattern, characters) =>
    expect(refusal(pattern)).toMatchObject({
      code: "InvalidParameterException",
      message: expect.stringContaining(`Invalid character(s) in term '${characters}'`),
    }),
  );

  it.each(['"open', "%open", "-", "?"])("%s is not whole", (pattern) =>
    expect(refusal(pattern).message).toContain("Invalid filter pattern: "),
  );
});

describe("JSON patterns", () => {
  const trail = JSON.stringify({
    eventType: "UpdateTrail",
    sourceIPAddress: "111.111.111.111",
    recipientAccountId: "123456789012",
    arrayKey: ["value", "another value"],
    objectList: [
      { name: "a", id: 1 },
      { name: "b", id: 2 },
    ],
    SomeObject: null,
    ThisFlag: true,
    "cluster.name": "c",
    "sc-status": 503,
    latency: 75.5,
    tiny: 0.001,
    user: { id: 1, email: "John.Stiles@example.com" },
    actions: ["GET", "PUT", "DELETE"],
    coordinates: [
      [0, 1, 2],
      [4, 5, 6],
    ],
  });
  const matches = (pattern: string) => matching(pattern, [trail]).length === 1;

  it.each([
    '{ $.eventType = "UpdateTrail" }',
    "{$.eventType=UpdateTrail}",
    "{ $.eventType = %Trail% }",
    "{ $.eventType != %Trial% }",
    '{ $.eventType = "*Trail" }',
    "{ $.eventType = Update* }",
    "{ $.eventType = *date* }",
    "{ $.eventType = * }",
    "{ $.sourceIPAddress != 123.123.* }",
    '{ $.arrayKey[0] = "value" }',
    '{ $.arrayKey[*] = "another value" }',
    "{ $.arrayKey[*] = %val.{2}% }",
    "{ $.* = %111\\.111\\.111\\.1[0-9]{1,2}% }",
    "{ $.objectList[1].id = 2 }",
    "{ $.objectList[*].name = b }",
    '{ $.["cluster.name"] = "c" }',
    "{ $.['cluster.name'] = \"c\" }",
    "{ $['cluster.name'] = c }",
    "{ $.sc-status = 5* }",
    "{ $.sc-status >= 500 && $.sc-status < 6e2 }",
    "{ $.recipientAccountId = 123456789012 }",
    "{ $.latency > +75 }",
    "{ $.latency = 75.50 }",
    "{ $.tiny = 1e-3 }",
    "{ $.tiny <= 0.001 }",
    "{ $.SomeObject IS NULL }",
    "{ $.SomeOtherObject NOT EXISTS }",
    "{ $.user.name NOT EXISTS }",
    "{ $.ThisFlag IS TRUE }",
    '{ ($.user.id = 1) && ($.actions[0] = "GET") }',
    '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch && $.actions[2] = nomatch }',
    "{ $.coordinates[1][2] = 6 }",
    "{ ((($.user.id = 1))) }",
  ])("%s", (pattern) => expect(matches(pattern)).toBe(true));

  it.each([
    '{ $.eventType = "updatetrail" }',
    '{ $.eventType = "Up*Trail" }',
    "{ $.eventType != UpdateTrail }",
    "{ $.eventType > 5 }",
    "{ $.arrayKey = value }",
    "{ $.arrayKey != value }",
    "{ $.user != x }",
    "{ $.missing != x }",
    "{ $.missing = * }",
    "{ $.user.invokedBy != x }",
    "{ $.SomeObject != x }",
    "{ $.SomeObject NOT EXISTS }",
    "{ $.missing IS NULL }",
    "{ $.ThisFlag IS FALSE }",
    "{ $.ThisFlag != true }",
    "{ $.arrayKey[7] = value }",
    "{ $.eventType[0] = U }",
    "{ $.toString = * }",
    "{ $.arrayKey.length = 2 }",
    "{ $.latency > 75.5 }",
    '{ ($.user.id = 2 && $.actions[0] = "nonmatch") || $.actions[2] = "GET" }',
    '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch) && $.actions[2] = nomatch }',
  ])("not %s", (pattern) => expect(matches(pattern)).toBe(false));

  it("matches events that are a JSON object, blanks around it allowed, and no others", () => {
    const events = [' {"a":1}\n', 'INFO {"a":1}', '[{"a":1}]', '{"a":1', "1", '"a"', ""];
    expect(matching("{ $.a = 1 }", events)).toEqual([' {"a":1}\n']);
    expect(matching("{ $.b NOT EXISTS }", events)).toEqual([' {"a":1}\n']);
  });

  it.each([
    ["{ $.a = 1", "it ends too early"],
    ["{ $.a }", "Invalid character(s) in term '}'"],
    ["{ a = 1 }", "Invalid character(s) in term 'a'"],
    ['{ $."sc-status" = 5* }', "Invalid character(s) in term '$.\"'"],
    ["{ $ = 1 }", "Invalid character(s) in term '$'"],
    ["{ $[0] = 1 }", "names no property"],
    ["{ $.a > x }", "behind > a number has to stand"],
    ['{ $.a > "5" }', "behind > a number has to stand"],
    ["{ $.a > %5% }", "a regular expression cannot stand behind >"],
    ["{ $.a EXISTS }", "EXISTS is not supported"],
    ["{ $.a IS NOT NULL }", "IS NOT is not supported"],
    ["{ ($.a = 1 }", "a parenthesis has no counterpart"],
    ["{ $.a = 1 } x", "Invalid character(s) in term 'x'"],
    ["{ $.a = 1 && }", "Invalid character(s) in term '}'"],
    ["{ $.a[*].b[*] = 1 }", "more than one wildcard"],
    ["{ $.a[*] = 1 || $.* = 2 || $.b[*] = 3 || $.c[*] = 4 }", "more than three wildcards"],
    ["{ $.a = %1% || $.a = %2% || $.a = %3% }", "more than 2 regular expressions"],
    ["{ }", "Invalid character(s) in term '}'"],
  ])("%s is refused", (pattern, message) => {
    expect(refusal(pattern)).toMatchObject({ code: "InvalidParameterException" });
    expect(refusal(pattern).message).toContain(message);
  });
});

describe("patterns of fields", () => {
  const access = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';
  const lines = [
    "INFO 09/25/2014 12:00:00 GET /service/resource/67 1200",
    "INFO 09/25/2014 12:00:01 POST /service/resource/67/part/111 1310",
    "WARNING 09/25/2014 12:00:02 Invalid user request",
    "ERROR 09/25/2014 12:00:02 Failed to process request",
  ];
  const [get, post, warning, error] = lines as [string, string, string, string];

  it.each([
    "[ip=%127\\.0\\.0\\.[1-9]%, user, username, timestamp, request =*.html*, status_code = 4*, bytes]",
    "[..., request =*.html*, status_code = 4*, bytes]",
    "[..., request=*.html*, status_code=4*,]",
    "[ip, user, username, timestamp, request, status_code = 404 || status_code = 410, bytes]",
    "[ip, user, username, timestamp, request, status_code = 4* && status_code != 403, bytes > 1000]",
    '[ip, user, username, timestamp = 10/Oct/2000*, request = "GET /index.html HTTP/1.0", ...]',
    "[ip = 127.0.0.1, ..., bytes <= 1534.0]",
    "[ip, ...]",
    "[...]",
    "[]",
    "[, , username = frank, ...]",
    "[ip, ..., user, username, timestamp, request, status_code, bytes=1534]",
    "[..., (status = 500 || status = 404) && status != 403, bytes]",
  ])("%s", (pattern) => expect(matching(pattern, [access])).toEqual([access]));

  it.each([
    "[ip, user, username, timestamp, request, status_code = 5*, bytes]",
    "[..., status_code = 4*]",
    "[ip, user, username, timestamp, request, status_code, bytes, more]",
    "[a, b, c, d, ..., e, f, g, h]",
    "[..., bytes > 1534]",
    "[..., user > 3, status, bytes]",
    "[IP, ..., bytes != 1534]",
  ])("not %s", (pattern) => expect(matching(pattern, [access])).toEqual([]));

  it.each([
    ["[w1=ERROR, w2]", [error]],
    ["[w1=ERROR || w1=WARNING, w2]", [warning, error]],
    ["[w1!=ERROR && w1!=WARNING, w2]", [get, post]],
    ["[logLevel, date, time, method, url=%/service/resource/[0-9]+$%, response_time]", [get]],
    ["[logLevel, date, time, method, url=%/part/[0-9]+$%, response_time > 1300]", [post]],
    ['[level, date, time, message="Failed to process request"]', [error]],
  ])("%s", (pattern, expected) => expect(matching(pattern, lines)).toEqual(expected));

  it("the last name stands for the rest of the event", () => {
    const pattern = '[timestamp=*Z, request_id="*-*", event = "* two *"]';
    expect(matching(pattern, ["2026-01-01Z  a-b  one two three ", "2026-01-01Z a-b two", "2026-01-01Z a-b"])).toEqual([
      "2026-01-01Z  a-b  one two three ",
    ]);
  });

  it("an event without fields, or with marks that have no counterpart", () => {
    expect(matching("[a]", ["", "  ", "x"])).toEqual(["x"]);
    const unclosed = ['"one [1] [2', "one [1] [2"];
    expect(matching('[a, b, c = "[2"]', unclosed)).toEqual(unclosed);
  });

  it.each([
    ["[a, b", "it ends too early"],
    ["[..., a, ...]", "more than one ellipsis"],
    ["[a = 1 && b = 2, b]", "the field a has a condition on b"],
    ["[a = ]", "Invalid character(s) in term ']'"],
    ["[1a]", "Invalid character(s) in term '1a'"],
    ["[a] b", "Invalid character(s) in term 'b'"],
    ["[a=%1%, b=%2%, c=%3%]", "more than 2 regular expressions"],
  ])("%s is refused", (pattern, message) => expect(refusal(pattern).message).toContain(message));

  it.each(["[ ", '" ', "[", '"', '["'])("reads %j a hundred thousand times in a moment", (text) => {
    const message = text.repeat(100_000);
    const before = process.cpuUsage();
    matching("[a, ..., b]", [message]);
    expect(millisecondsSince(before)).toBeLessThan(5_000);
  });
});

describe("regular expressions", () => {
  const matches = (source: string, text: string) => compileFilterPattern(`%${source}%`)(text);

  it.each([
    ["^[hc]at", "hat", "a hat"],
    ["[hc]at$", "a cat", "cats"],
    ["colou?r", "a color", "colouur"],
    ["[abcx-z]", "__y", "dw"],
    ["a{3,5}b", "aaab", "aab"],
    ["xa{2}y", "xaay", "xaaay"],
    ["xa{2,}y", "xaaaaay", "xay"],
    ["xa{,2}y", "xy", "xaaay"],
    ["gra|ey", "grey", "gr"],
    ["^starting|^initializing|^shutting down", "shutting down", "skipping initializing"],
    ["abcc|ab[^c]$", "abd", "aac"],
    ["\\[.\\]", "x[😀]x", "[]"],
    ["10\\.10\\.0\\.1", "10.10.0.1", "10010,051"],
    ["ab*c", "abbbc", "abb"],
    ["ab+c", "abbc", "ac"],
    ["^.at$", " at", "atat"],
    ["^\\d\\D$", "1x", "xx"],
    ["^\\s\\S$", "\tx", "xx"],
    ["^\\w\\W$", "_ä", "__"],
    ["\\x28\\x3A", "(:", "x:"],
    ["a[]b]c", "a]c", "ac"],
    ["a[b\\]-]c", "a-c", "adc"],
    ["^$", "", "x"],
  ])("%s", (source, yes, no) => expect([matches(source, yes), matches(source, no)]).toEqual([true, false]));

  it.each(["something!", "(a|b)", "\\(", "ü", "a(", "'", "[!]"])("%s has a character that is not supported", (source) =>
    expect(refusal(`%${source}%`).message).toContain("Invalid character(s) in term"),
  );

  it.each([
    "*a",
    "a**",
    "a{",
    "a{2,1}",
    "a{9999}",
    "a{125}b{126}",
    "[a",
    "[z-a]",
    "a$b",
    "a^b",
    "\\q",
    "\\xzz",
    "\\xFF",
  ])("%s is refused", (source) => expect(refusal(`%${source}%`).code).toBe("InvalidParameterException"));

  it("agrees with JavaScript's, whatever the expression", () => {
    const atom = fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "\\w", "\\d", "1");
    const repeat = fc.constantFrom("", "", "", "?", "*", "+", "{2}", "{1,2}", "{2,}", "{0,1}");
    const side = fc
      .tuple(
        fc.constantFrom("", "", "^"),
        fc.array(fc.tuple(atom, repeat), { maxLength: 5 }),
        fc.constantFrom("", "", "$"),
      )
      .map(([start, parts, end]) => start + parts.map((part) => part.join("")).join("") + end);
    const expressions = fc.array(side, { minLength: 1, maxLength: 3 }).map((sides) => sides.join("|"));
    const texts = fc.string({ unit: fc.constantFrom("a", "b", "1", "ä", "\n"), maxLength: 8 });
    fc.assert(
      fc.property(expressions, texts, (source, text) => {
        expect(matches(source, text)).toBe(new RegExp(source, "su").test(text));
      }),
      { numRuns: 3_000, seed: 3 },
    );
  });

  const manyA = `b${"a".repeat(260_000)}`;
  const mixed = Array.from({ length: 260_000 }, (_, at) => ((at * at * 7919) % 13 < 6 ? "a" : "b")).join("");
  it.each([
    ["a*a*a*a*a*b$", manyA],
    ["a+b", manyA],
    [".*.*.*=.*", manyA],
    ["a{0,120}a{120}b", manyA],
    ["[ab]*a[ab]{20}c", mixed],
  ])("%s reads a quarter of a megabyte once", (source, text) => {
    const before = process.cpuUsage();
    expect(matches(source, text)).toBe(false);
    expect(millisecondsSince(before)).toBeLessThan(5_000);
  });
});
