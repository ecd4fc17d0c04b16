import { expect, test } from "vitest";
import { pageNumber, readPage } from "./read-page.ts";

/** A list of a service: two rows a page, a token that counts for its query alone. */
function createList(query: string, size: number) {
  const list = { asked: [] as (string | undefined)[], size };
  const read = async (token: string | undefined) => {
    list.asked.push(token);
    const [of, place] = token?.split(":") ?? [query, "0"];
    if (of !== query) throw new Error(`The token ${token} is not valid.`);
    const from = Number(place);
    const rows = Array.from({ length: Math.max(0, Math.min(2, list.size - from)) }, (_, index) => from + index);
    return { rows, next: from + 2 < list.size ? `${query}:${from + 2}` : undefined };
  };
  return { list, page: (number: number) => readPage(query, number, read) };
}

test("a page that nothing led to is come to from the first one, after which its token is known", async () => {
  const { list, page } = createList("reloaded", 9);
  expect(await page(3)).toEqual({ rows: [4, 5], next: "reloaded:6", number: 3, token: "reloaded:4", known: 4 });
  expect(list.asked).toEqual([undefined, "reloaded:2", "reloaded:4"]);
  expect(await page(2)).toMatchObject({ rows: [2, 3], known: 4 });
  expect(await page(3)).toMatchObject({ rows: [4, 5] });
  expect(list.asked.slice(3)).toEqual(["reloaded:2", "reloaded:4"]);
});

test("each query has tokens of its own", async () => {
  const [one, other] = [createList("one", 9), createList("other", 9)];
  await one.page(2);
  expect(await other.page(2)).toMatchObject({ rows: [2, 3], token: "other:2" });
  expect(await one.page(3)).toMatchObject({ rows: [4, 5], token: "one:4" });
});

test("beyond its end a list is at its last page, also when that has been emptied", async () => {
  const { list, page } = createList("short", 5);
  expect(await page(9)).toMatchObject({ rows: [4], number: 3, known: 3, next: undefined });
  list.size = 4;
  expect(await page(3)).toMatchObject({ rows: [2, 3], number: 2, known: 2 });
  list.size = 0;
  expect(await page(2)).toMatchObject({ rows: [], number: 1, known: 1 });
});

test("a token that does not count any more is got anew; another refusal is told", async () => {
  let server = "first";
  let isDown = false;
  const read = async (token: string | undefined) => {
    if (isDown || (token !== undefined && !token.startsWith(server))) throw new Error(`${token} is not valid.`);
    const from = Number(token?.split(":")[1] ?? 0);
    return { rows: [from], next: `${server}:${from + 1}` };
  };
  expect(await readPage("restarted", 3, read)).toMatchObject({ rows: [2], token: "first:2" });
  server = "second";
  expect(await readPage("restarted", 3, read)).toMatchObject({ rows: [2], token: "second:2" });
  isDown = true;
  await expect(readPage("restarted", 3, read)).rejects.toThrow("undefined is not valid.");
});

test.each([
  ["", 1],
  ["page=3", 3],
  ["page=0", 1],
  ["page=-2", 1],
  ["page=1.5", 1],
  ["page=many", 1],
  ["page=1e999", 1],
])("?%s is page %i", (search, number) => {
  expect(pageNumber(new URLSearchParams(search))).toBe(number);
});
