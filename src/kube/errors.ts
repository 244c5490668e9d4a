/** An answer of the API server that is no success → KubeApiError. Does not contact the cluster. */
import type { ApiErrorCause } from "../errors.ts";
import { KubeApiError } from "../errors.ts";
import type { Json } from "../object/json.ts";
import { isJsonObject, parseJson, valueAt } from "../object/json.ts";
import type { KubeObject } from "../object/kube-object.ts";
import { isSecret } from "../object/kube-object.ts";

/** Reason of a 404 that is no Status object: the server has no such path, so it does not serve the kind. */
export const KIND_NOT_SERVED = "KindNotServed";
/** Reason when no answer came within the time allowed. */
export const NO_ANSWER = "NoAnswer";
/** Longest text of a foreign answer (a proxy's error page) that goes into a message. */
const MAX_FOREIGN_TEXT = 200;

/** The parts of an answer that an error is made from. */
export interface FailedAnswer {
  readonly status: number;
  readonly retryAfter?: string | undefined;
  readonly body: string;
}

/** The error an answer stands for. `what` (`PATCH /api/…`) is named only where the server sent no Status object. */
export function toKubeApiError(answer: FailedAnswer, what: string, now: Date): KubeApiError {
  const status = statusObject(answer.body);
  const retryAfterMs = retryAfterHeader(answer.retryAfter, now) ?? retryAfterDetail(status);
  if (status !== undefined) return fromStatus(status, answer.status, retryAfterMs);
  const reason = answer.status === 404 ? KIND_NOT_SERVED : "";
  const text = answer.body.trim().slice(0, MAX_FOREIGN_TEXT);
  return new KubeApiError(answer.status, reason, `${what}: HTTP ${answer.status}${text === "" ? "" : `: ${text}`}`, { retryAfterMs });
}

/** The error inside a watch event of type ERROR. */
export function statusToError(status: Json | undefined): KubeApiError {
  return fromStatus(status, 0, retryAfterDetail(status));
}

function fromStatus(status: Json | undefined, fallbackCode: number, retryAfterMs: number | undefined): KubeApiError {
  const code = valueAt(status, ["code"]);
  const reason = textAt(status, ["reason"]) ?? "";
  const message = textAt(status, ["message"]) ?? (reason === "" ? "the server gave no message" : reason);
  return new KubeApiError(typeof code === "number" ? code : fallbackCode, reason, message, { causes: causesOf(status), retryAfterMs });
}

function statusObject(body: string): Json | undefined {
  if (!body.startsWith("{")) return undefined;
  try {
    const value = parseJson(body);
    return isJsonObject(value) && value["kind"] === "Status" ? value : undefined;
  } catch {
    return undefined; // a truncated or foreign body is told as text
  }
}

function causesOf(status: Json | undefined): ApiErrorCause[] {
  const causes = valueAt(status, ["details", "causes"]);
  if (!Array.isArray(causes)) return [];
  return causes.map((cause: Json) => ({
    ...optional("field", textAt(cause, ["field"])),
    ...optional("reason", textAt(cause, ["reason"])),
    ...optional("message", textAt(cause, ["message"])),
  }));
}

/** Retry-After is seconds or an HTTP date (RFC 9110, 10.2.3); undefined when it is neither. */
export function retryAfterHeader(value: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

function retryAfterDetail(status: Json | undefined): number | undefined {
  const seconds = valueAt(status, ["details", "retryAfterSeconds"]);
  return typeof seconds === "number" && seconds > 0 ? seconds * 1000 : undefined;
}

/** An error about a Secret without the values it may quote (type errors print what they got); others as they are. */
export function withoutSecretValues(error: KubeApiError, sent: Pick<KubeObject, "apiVersion" | "kind">, body: unknown): KubeApiError {
  if (!isSecret(sent)) return error;
  const values = secretValues(body);
  const mask = (text: string): string => maskValues(text.replace(/, got [\s\S]*$/, ", got ***"), values);
  const causes = error.causes.map((cause) => ({ ...cause, ...optional("message", cause.message === undefined ? undefined : mask(cause.message)) }));
  return new KubeApiError(error.status, error.reason, mask(error.message), { causes, retryAfterMs: error.retryAfterMs });
}

function maskValues(text: string, values: readonly string[]): string {
  return values.reduce((masked, value) => masked.replaceAll(value, "***"), text);
}

/** Every scalar below data and stringData, longest first, with what its base64 stands for. */
function secretValues(body: unknown): string[] {
  const found = new Set<string>();
  const members = ["data", "stringData"];
  const parts: unknown[] = Array.isArray(body)
    ? body.map((operation: unknown) => (isJsonObject(operation) ? operation["value"] : undefined))
    : members.map((member) => (isJsonObject(body) ? body[member] : undefined));
  for (const part of parts) collect(part, found);
  return [...found].filter((value) => value !== "").sort((a, b) => b.length - a.length);
}

function collect(value: unknown, found: Set<string>): void {
  if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) collect(inner, found);
  } else if (typeof value === "string" || typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") {
    found.add(String(value));
    found.add(Buffer.from(String(value), "base64").toString("utf8"));
  }
}

function textAt(value: Json | undefined, path: readonly string[]): string | undefined {
  const found = valueAt(value, path);
  return typeof found === "string" && found !== "" ? found : undefined;
}

function optional<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : ({ [key]: value } as Partial<Record<K, string>>); // a computed key widens to string
}
