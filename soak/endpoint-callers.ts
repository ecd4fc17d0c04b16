import { setTimeout as pause } from "node:timers/promises";
import { Connection } from "../bench/http-connection.ts";
import { signedRequest } from "../bench/signed-request.ts";
import type { TestServer } from "../conformance/server.ts";

/** Half of the requests have an answer above a half, half have one below. */
const bodies = ["0.9,3", "0.1,3"] as const;
/** How a request may be told that it failed; else by the end of its connection. */
const toldFaults = new Set(["ModelError", "ServiceUnavailable", "InternalFailure", "InternalServerException"]);
/** No call takes longer: 60 s are a model server's. */
const mostMilliseconds = 75_000;

export const isRightAnswer = (number: number, text: string): boolean =>
  text.trim() !== "" && (number % 2 === 0 ? Number(text) > 0.8 : Number(text) < 0.2);

/** Asks an endpoint without pause, each request once, and checks what it is told. */
export interface Callers {
  /** Whether the request of that number was answered; nothing where it was not. */
  readonly answered: readonly boolean[];
  /** How many were told that they failed, by how. */
  readonly failures: ReadonlyMap<string, number>;
  /** The requests a second of the last phase. */
  perSecond(): number;
  /** From now on so many requests a second are sent; undefined: each caller sends one when it is answered. */
  pace(perSecond: number | undefined): void;
  /** Rejects at the first answer that is wrong, and at the first request that is not answered at all. */
  readonly wrong: Promise<never>;
  /** Sends no more, and returns when all are answered. */
  end(): Promise<void>;
}

/** Starts so many callers of an endpoint whose model says whether the first number is above a half. */
export function startCallers(server: TestServer, endpoint: string, count: number): Callers {
  const answered: boolean[] = [];
  const failures = new Map<string, number>();
  const wrong = Promise.withResolvers<never>();
  wrong.promise.catch(() => {});
  let next = 0;
  let done = 0;
  let [since, from] = [performance.now(), 0];
  let rate: number | undefined;
  let goes = true;

  const failed = (how: string) => void failures.set(how, (failures.get(how) ?? 0) + 1);

  async function ask(connection: Connection, number: number): Promise<boolean> {
    const { accessKeyId: id, secretAccessKey: secret } = server.clientOptions.credentials;
    const body = bodies[number % 2]!;
    const request = signedRequest({
      port: portOf(server),
      credentials: { id, secret, region: server.clientOptions.region },
      service: "sagemaker",
      path: `/endpoints/${endpoint}/invocations`,
      headers: { "content-type": "text/csv", "x-amzn-sagemaker-inference-id": String(number) },
      body,
    });
    const late = AbortSignal.timeout(mostMilliseconds);
    const silence = new Promise<never>((_, reject) => {
      late.onabort = () => reject(new Silence(`Request ${number} was not answered in ${mostMilliseconds / 1000} s`));
    });
    try {
      const { status, body: text } = await Promise.race([connection.exchange(request), silence]);
      if (status === 200) {
        if (!isRightAnswer(number, text)) throw new Silence(`${body} was answered ${text}`);
        answered[number] = true;
        return true;
      }
      const { __type: fault } = JSON.parse(text) as { __type?: string };
      if (!toldFaults.has(fault ?? "")) throw new Silence(`Request ${number} was answered ${status} ${text}`);
      failed(fault!);
    } catch (error) {
      if (error instanceof Silence) throw error;
      failed((error as { code?: string }).code ?? "connection closed");
    } finally {
      late.onabort = null;
    }
    return false;
  }

  async function call(): Promise<void> {
    let url = "";
    let connection: Connection | undefined;
    while (goes) {
      if (rate !== undefined && done - from >= ((performance.now() - since) / 1000) * rate) {
        await pause(1);
        continue;
      }
      // A server that was started again has another address.
      if (server.url !== url || !connection) {
        connection?.close();
        url = server.url;
        connection = new Connection(portOf(server));
      }
      done++;
      if (await ask(connection, next++)) continue;
      connection.close();
      connection = undefined;
      await pause(20);
    }
    connection?.close();
  }

  const all = Array.from({ length: count }, () => call().catch(wrong.reject));
  return {
    answered,
    failures,
    perSecond: () => ((done - from) * 1000) / (performance.now() - since),
    pace(perSecond) {
      [since, from, rate] = [performance.now(), done, perSecond];
    },
    wrong: wrong.promise,
    async end() {
      goes = false;
      await Promise.all(all);
    },
  };
}

const portOf = ({ url }: TestServer): number => Number(/:(\d+)/.exec(url)![1]);

/** An answer that is wrong or that never came. */
class Silence extends Error {}
