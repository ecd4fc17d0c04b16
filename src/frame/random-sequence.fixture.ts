import { createRandom, type Random } from "../base/random.ts";
import type { TestContext } from "../server/request/test-context.ts";
import type { OperationsUnit } from "./define-operations.ts";
import {
  accounts,
  type Input,
  kinds,
  type Modelled,
  type NewRow,
  pick,
  type Row,
  regions,
  type Steps,
  type Value,
} from "./modelled-kinds.fixture.ts";
import { hub, modelPackage } from "./sequence-kinds.fixture.ts";

/** A list that is being paged through. */
interface Walk {
  readonly context: TestContext;
  readonly kind: Modelled;
  readonly input: Input;
  readonly holds: readonly ((row: Row) => boolean)[];
  readonly sortOf: (row: Row) => Value;
  readonly descending: boolean;
  readonly token?: string;
  /** Where the page before ended. */
  readonly end?: readonly [Value, number, number];
}

/**
 * A random sequence of create, list, filter, page, update and delete by the handlers that the frame makes, held against
 * a plain array: what is listed is what a filter and a sort of that array give.
 */
export class Sequence implements Steps {
  readonly random: Random;
  readonly groups = new Map<string, { versions: number; children: number }>();
  readonly #contexts: readonly TestContext[];
  readonly #done: string[] = [];
  #rows: Row[] = [];
  #walks: Walk[] = [];
  #made = 0;
  readonly #seed: number;

  constructor(seed: number, context: TestContext) {
    this.#seed = seed;
    this.random = createRandom(seed);
    this.#contexts = accounts.flatMap((account) => regions.map((region) => context.at({ account, region })));
  }

  get now(): number {
    return this.#contexts[0]!.clock.now();
  }

  async run(steps: number): Promise<void> {
    const { random } = this;
    for (let step = 0; step < steps; step++) {
      const context = pick(random, this.#contexts);
      const kind = pick(random, kinds);
      const dice = random.below(100);
      if (random.below(3) > 0) context.passTime(1_000 * random.below(4));
      if (dice < 45) await kind.create(this, context);
      else if (dice < 55) await this.#delete();
      else if (dice < 65) await this.#update();
      else if (dice < 85 && this.#walks.length > 0) await this.#page(pick(random, this.#walks));
      else await this.#begin(context, kind);
    }
    for (const walk of [...this.#walks]) await this.#page(walk);
  }

  /** What a handler returns, or the fault that it throws. */
  async ask(context: TestContext, unit: OperationsUnit, operation: string, input: Input): Promise<unknown> {
    this.#done.push(`${context.account} ${context.region} ${operation} ${JSON.stringify(input)}`);
    try {
      return await unit.operations[operation]!(input, context);
    } catch (error) {
      return error;
    }
  }

  /** @param refusal what its text has, or undefined for an answer */
  expect(answer: unknown, refusal: string | undefined): void {
    const text = answer instanceof Error ? answer.message : undefined;
    const isRight = refusal === undefined ? text === undefined : text?.includes(refusal);
    if (!isRight) this.#fail(`${text ?? JSON.stringify(answer)}, not ${refusal ?? "an answer"}`);
  }

  equal(found: readonly unknown[], expected: readonly unknown[]): void {
    if (JSON.stringify(found) !== JSON.stringify(expected))
      this.#fail(`${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
  }

  #fail(what: string): never {
    throw new Error(`Seed ${this.#seed}: ${what}, after\n${this.#done.join("\n")}`);
  }

  add({ account, region }: TestContext, unit: OperationsUnit, row: NewRow): void {
    const kind = kinds.find((one) => one.unit === unit)!;
    const created = this.now;
    const order = this.#made++;
    const place = { account, region: unit === hub ? "-" : region };
    this.#rows.push({ ...row, ...place, kind: kind.member, order, created, modified: created });
  }

  /** Once, or by several at once: one of them makes it, unless it is there. */
  async createNamed(context: TestContext, unit: OperationsUnit, operation: string, input: Input, row: NewRow) {
    const { account, region } = context;
    const isThere = this.#rows.some(
      (one) =>
        kinds.find(({ member }) => member === one.kind)!.unit === unit &&
        one.account === account &&
        (one.region === "-" || one.region === region) &&
        one.parts.join("\u001f") === row.parts.join("\u001f"),
    );
    const atOnce = 1 + Math.max(0, this.random.below(6) - 3);
    const answers = await Promise.all(
      Array.from({ length: atOnce }, () => this.ask(context, unit, operation, { ...input })),
    );
    const made = answers.filter((answer) => !(answer instanceof Error));
    this.equal([made.length], [isThere ? 0 : 1]);
    for (const answer of answers) if (answer instanceof Error) this.expect(answer, "is taken");
    if (!isThere) this.add(context, unit, row);
  }

  /** Of what is there, seen from its place; or of what is not, seen from another. */
  #some(): { row: Row; kind: Modelled; context: TestContext; isThere: boolean } | undefined {
    if (this.#rows.length === 0) return undefined;
    const row = pick(this.random, this.#rows);
    const context = pick(
      this.random,
      this.random.below(5) === 0 ? this.#contexts : this.#contexts.filter((one) => isAt(row, one)),
    );
    const other = this.#rows.find(
      (one) => one.kind === row.kind && isAt(one, context) && `${one.parts}` === `${row.parts}`,
    );
    const kind = kinds.find(({ member }) => member === row.kind)!;
    return { row: other ?? row, kind, context, isThere: other !== undefined };
  }

  async #delete(): Promise<void> {
    const some = this.#some();
    if (!some) return;
    const { row, kind, context, isThere } = some;
    const answer = await this.ask(context, kind.unit, kind.operations.delete, { ...row.named });
    this.expect(answer, isThere ? undefined : "Could not find");
    if (!isThere) return;
    this.#rows = this.#rows.filter((one) => one !== row);
    const counter = this.groups.get(`${row.account} ${row.region} ${row.parts[0]}`);
    if (kind.unit === modelPackage) counter!.children--;
  }

  async #update(): Promise<void> {
    const some = this.#some();
    if (!some?.kind.update || !some.kind.operations.update) return;
    const { row, kind, context, isThere } = some;
    const changes = isThere ? kind.update!(row, this.random) : {};
    const answer = await this.ask(context, kind.unit, kind.operations.update!, { ...row.named, ...changes });
    this.expect(answer, isThere ? undefined : "Could not find");
    if (isThere) row.modified = this.now;
  }

  async #begin(context: TestContext, kind: Modelled): Promise<void> {
    const { random } = this;
    if (kind.refused.length > 0 && random.below(20) === 0) {
      this.expect(await this.ask(context, kind.unit, kind.operations.list, pick(random, kind.refused)), "not built");
      return;
    }
    const input: Input = { MaxResults: random.below(4) === 0 ? undefined : 1 + random.below(4) };
    const holds: ((row: Row) => boolean)[] = [];
    for (const [member, make] of Object.entries(kind.filters)) {
      if (random.below(4) > 0) continue;
      const [value, held] = make(random, this);
      input[member] = value;
      holds.push(held);
    }
    const by = random.below(2) === 0 ? undefined : pick(random, Object.keys(kind.sorts));
    const order = random.below(2) === 0 ? undefined : pick(random, ["Ascending", "Descending"]);
    await this.#page({
      context,
      kind,
      input: { ...input, SortBy: by, SortOrder: order },
      holds,
      sortOf: kind.sorts[by ?? kind.sort]!,
      descending: order === undefined ? kind.descending : order === "Descending",
    });
  }

  /** Asks for a page, and for what the model has after the end of the page before. */
  async #page(walk: Walk): Promise<void> {
    const { context, kind, input, holds, sortOf, descending, token, end } = walk;
    this.#walks = this.#walks.filter((one) => one !== walk);
    const answer = await this.ask(context, kind.unit, kind.operations.list, { ...input, NextToken: token });
    this.expect(answer, undefined);
    const page = answer as { readonly NextToken?: string } & Record<string, Record<string, string>[]>;
    const placed = this.#rows
      .filter((row) => row.kind === kind.member && isAt(row, context) && holds.every((held) => held(row)))
      .map((row) => ({ row, place: [sortOf(row), row.created, row.order] as const }))
      .sort((a, b) => (descending ? -compare(a.place, b.place) : compare(a.place, b.place)))
      .filter(({ place }) => !end || (descending ? compare(place, end) < 0 : compare(place, end) > 0));
    const limit = (input.MaxResults as number | undefined) ?? 10;
    const expected = placed.slice(0, limit);
    const shown = ({ row }: { row: Row }) => (kind.unit === hub ? `${row.shown} ${row.status}` : row.shown);
    this.equal(page[kind.member]!.map(kind.shown), expected.map(shown));
    this.equal([page.NextToken !== undefined], [placed.length > limit]);
    if (page.NextToken === undefined) return;
    this.#walks.push({ ...walk, token: page.NextToken, end: expected.at(-1)!.place });
    if (this.random.below(30) > 0) return;
    const otherOrder = { ...input, SortOrder: descending ? "Ascending" : "Descending", NextToken: page.NextToken };
    this.expect(await this.ask(context, kind.unit, kind.operations.list, otherOrder), "Invalid pagination token");
  }
}

const isAt = (row: Row, { account, region }: TestContext) =>
  row.account === account && (row.region === "-" || row.region === region);

/** Nothing comes first, then by value, then in the order in which they were made. */
function compare(a: readonly [Value, number, number], b: readonly [Value, number, number]): number {
  const [left, right] = [a[0], b[0]];
  if (left !== right) {
    if (left === null) return -1;
    if (right === null) return 1;
    return left < right ? -1 : 1;
  }
  return a[1] - b[1] || a[2] - b[2];
}
