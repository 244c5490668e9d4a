import { redactText } from "../../redaction.ts";
import { cleanText } from "../text/clean.ts";
import { cutText } from "../text/cut.ts";
import { DeliveryError } from "./channel.ts";
import type { HttpAnswer } from "./http.ts";

/** Longest wait that a destination may ask for; a wrong or hostile one would end notifications for good. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/** `Retry-After` (RFC 9110, 10.2.3: seconds or a date) in milliseconds, at most an hour; undefined where it says nothing. */
export function retryAfterMs(value: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) * 1000 : dateOf(value) - now.getTime();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}

/** Date.parse takes a bare number for a year. */
const dateOf = (value: string): number => (/[a-z]{3}/i.test(value) ? Date.parse(value) : Number.NaN);

/** How the answers of one destination are read. */
export interface AnswerReading {
  /** Shown in errors; never a path, which may be secret. */
  readonly host: string;
  readonly now: Date;
  /** What to do about a 4xx; default: that the request was refused. */
  readonly explain?: ((status: number) => string | undefined) | undefined;
}

/** Throws what an HTTP answer means, unless it is a success. Redirects are not followed: they could lead inside. */
export function checkStatus({ status, headers }: HttpAnswer, { host, now, explain = () => undefined }: AnswerReading): void {
  if (status >= 200 && status < 300) return;
  const retryAfter = retryAfterMs(headers.get("retry-after"), now);
  if (status === 429) throw new DeliveryError("Limited", `${host}: too many requests (HTTP 429)`, retryAfter);
  if (status >= 500) throw new DeliveryError("Unavailable", `${host}: it failed (HTTP ${status}); it is tried again`, retryAfter);
  if (status === 408 || status === 425) throw new DeliveryError("Unavailable", `${host}: it did not take the request in time (HTTP ${status}); it is tried again`, retryAfter, false);
  if (status < 400) throw new DeliveryError("Refused", `${host}: it answered with a redirect (HTTP ${status}), which is not followed; write the final address`);
  throw new DeliveryError("Refused", `${host}: ${explain(status) ?? `the request was refused (HTTP ${status})`}`);
}

/** What a destination wrote, for an error: one short clean line, without the secrets it may echo. */
export function quote(text: string, secrets: readonly string[]): string {
  const hidden = secrets.reduce((hidden, secret) => (secret === "" ? hidden : hidden.replaceAll(secret, "[redacted]")), text.slice(0, 4000));
  return cutText(redactText(cleanText(hidden)), 200);
}
