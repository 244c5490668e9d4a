import { AsyncLocalStorage } from "node:async_hooks";
import type { FetchFunction, Logger, WebClient } from "@slack/web-api";
import { parseJson } from "../../object/json.ts";
import { checkStatus, retryAfterMs } from "./answer.ts";
import { DeliveryError } from "./channel.ts";
import type { HttpAnswer, HttpClient } from "./http.ts";
import { errorWord, slackFailure } from "./slack-errors.ts";
import type { SlackPlace } from "./slack-errors.ts";

/** Slack gives whole messages back; a page of its history is some hundred kilobytes. */
const MAX_ANSWER = 4 * 1024 * 1024;

/** Where and as whom Slack is spoken to. */
export interface SlackAccess {
  readonly http: HttpClient;
  /** Address of the Web API; has passed checkUrl. */
  readonly apiUrl: URL;
  readonly token: string;
  readonly place: SlackPlace;
  readonly now: () => Date;
}

/** An answer with `ok: false`. */
export class SlackRefusal extends Error {
  readonly word: string;
  readonly failure: DeliveryError;

  constructor(word: string, failure: DeliveryError) {
    super(failure.message);
    this.name = "SlackRefusal";
    this.word = word;
    this.failure = failure;
  }
}

/** The client's own log would tell what we tell, and more. */
const SILENT: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, setLevel: () => {}, setName: () => {}, getLevel: () => "error" as ReturnType<Logger["getLevel"]> }; // a const enum of the package has just this value

/**
 * The Web API through the official client, over our own guarded connections and without its retries. The client is loaded at the
 * first call (about 6 MB) and kept: making one takes a tenth of a millisecond and leaves some hundred functions to collect.
 */
export class SlackApi {
  readonly place: SlackPlace;
  readonly #access: SlackAccess;
  /** The client's methods take no signal; its fetch finds it here. */
  readonly #signals = new AsyncLocalStorage<AbortSignal>();
  #client: Promise<WebClient> | undefined;

  constructor(access: SlackAccess) {
    this.#access = access;
    this.place = access.place;
  }

  /** One call. Throws SlackRefusal for `ok: false`, else DeliveryError. */
  async call<T>(signal: AbortSignal, call: (client: WebClient) => Promise<T>): Promise<T> {
    const client = await (this.#client ??= this.#open());
    try {
      return await this.#signals.run(signal, () => call(client));
    } catch (error) {
      throw translated(error);
    }
  }

  /** Ends connections. */
  close(): Promise<void> {
    return this.#access.http.close();
  }

  async #open(): Promise<WebClient> {
    const { default: slack } = await import("@slack/web-api"); // by its names alone, the bundle would not find it
    return new slack.WebClient(this.#access.token, {
      slackApiUrl: this.#access.apiUrl.href,
      allowAbsoluteUrls: false,
      logger: SILENT,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      maxRequestConcurrency: Number.POSITIVE_INFINITY, // one that waited would run with the signal of another
      fetch: (url, init) => this.#fetch(url, init),
    });
  }

  #fetch: FetchFunction = async (url, init) => {
    const signal = this.#signals.getStore();
    if (signal === undefined) throw new Error("a call of Slack's client outside of SlackApi.call");
    const body = typeof init?.body === "string" ? init.body : undefined;
    const answer = await this.#access.http.send({ method: "POST", url: new URL(url), headers: { ...init?.headers }, body, maxAnswer: MAX_ANSWER }, signal);
    return checkAnswer(answer, this.#access);
  };
}

/** Throws for whatever is no answer of Slack's API; the client would take a web page for an error word. */
function checkAnswer(answer: HttpAnswer, { apiUrl, now, place }: SlackAccess): FetchResponse {
  checkStatus(answer, { host: apiUrl.host, now: now(), explain: () => "no Slack is there; check spec.slack.apiUrl" });
  const said = asObject(answer.body);
  if (said === undefined || typeof said["ok"] !== "boolean") throw new DeliveryError("Unavailable", `${apiUrl.host}: the answer is none of Slack's; a proxy or a login page may be in the way, or spec.slack.apiUrl is wrong`);
  if (!said["ok"]) {
    const word = errorWord(said["error"]) ?? "unknown_error";
    const scopes = typeof said["needed"] === "string" ? said["needed"] : undefined;
    throw new SlackRefusal(word, slackFailure(word, place, { scopes, retryAfterMs: retryAfterMs(answer.headers.get("retry-after"), now()) }));
  }
  return responseOf(answer, apiUrl);
}

type FetchResponse = Awaited<ReturnType<FetchFunction>>;

/** What the client reads of a Response; a real one would make a stream of a text that is there already. */
function responseOf({ status, body }: HttpAnswer, { href }: URL): FetchResponse {
  return {
    ok: true,
    status,
    statusText: "",
    url: href,
    headers: { get: () => null, entries: () => [] },
    text: () => Promise.resolve(body),
    json: () => Promise.resolve(body).then(JSON.parse),
    arrayBuffer: () => Promise.resolve(new TextEncoder().encode(body).buffer),
  };
}

function asObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const said: unknown = parseJson(text);
    return typeof said === "object" && said !== null && !Array.isArray(said) ? (said as Readonly<Record<string, unknown>>) : undefined; // just checked
  } catch {
    return undefined;
  }
}

/** The client wraps what its fetch throws. */
function translated(error: unknown): Error {
  for (let current = error; current instanceof Error; current = current.cause) if (current instanceof DeliveryError || current instanceof SlackRefusal) return current;
  return new DeliveryError("Unavailable", "Slack: the answer could not be read");
}
