/** Audit events of the API server (audit.k8s.io/v1) read for one question: who wrote this object, when, and with what. */
import { isJsonObject } from "../src/object/json.ts";
import type { Json, JsonObject } from "../src/object/json.ts";

/** Requests that change something. */
const VERBS = ["create", "update", "patch", "delete", "deletecollection"] as const;
export type AuditVerb = (typeof VERBS)[number];

/** One request that changed something, or would have. Its texts are short and hold nothing that steers a terminal. */
export interface AuditRecord {
  readonly verb: AuditVerb;
  readonly group: string;
  /** As in the URL: `deployments`. */
  readonly resource: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  /** Empty: cluster-scoped. */
  readonly namespace: string;
  /** Empty: the whole collection. */
  readonly name: string;
  /** Who the server took it to be: the user that was impersonated, where somebody impersonated one. */
  readonly user: string;
  /** Who impersonated that user. */
  readonly impersonator: string | undefined;
  readonly groups: readonly string[];
  readonly userAgent: string;
  /** The field manager that the server books it under. */
  readonly manager: string;
  /** Milliseconds since 1970, by the server's clock: when it came, and when it was answered. */
  readonly receivedAt: number;
  readonly answeredAt: number;
}

/** Events of one body that are looked at; the API server sends 400 at the most unless told otherwise. */
const MAX_EVENTS = 10_000;
const TEXT_LIMIT = 256;
const URI_LIMIT = 4096;
const MAX_GROUPS = 16;
/** Of a User-Agent the server takes this much as a manager's name. */
const MANAGER_LIMIT = 128;
const FIRST_FAILURE = 400;

/**
 * The successful writes of an EventList, in its order; undefined where the body is none. Reads, dry runs, refused requests
 * and writes of a status are left out.
 */
export function readAuditEvents(body: Json): readonly AuditRecord[] | undefined {
  if (!isJsonObject(body) || own(body, "kind") !== "EventList" || own(body, "apiVersion") !== "audit.k8s.io/v1") return undefined;
  const items = own(body, "items");
  if (items !== undefined && items !== null && !Array.isArray(items)) return undefined;
  return ((items ?? []) as readonly Json[]).slice(0, MAX_EVENTS).flatMap((event) => (isJsonObject(event) ? readEvent(event) : [])); // an array, see above
}

function readEvent(event: JsonObject): readonly AuditRecord[] {
  const verb = VERBS.find((known) => known === own(event, "verb"));
  if (verb === undefined || own(event, "stage") !== "ResponseComplete") return [];
  const [authenticated, impersonated, target] = [member(event, "user"), member(event, "impersonatedUser"), member(event, "objectRef")];
  const name = text(authenticated, "username");
  if (name === "" || text(target, "resource") === "" || text(target, "subresource") === "status" || !isDone(event)) return [];
  const query = queryOf(event);
  if (query.get("dryRun") !== null) return [];
  const [receivedAt, answeredAt] = [timeOf(event, "requestReceivedTimestamp"), timeOf(event, "stageTimestamp")];
  if (Number.isNaN(receivedAt) || Number.isNaN(answeredAt)) return [];
  const user = text(impersonated, "username");
  const userAgent = text(event, "userAgent");
  return [
    {
      verb,
      group: text(target, "apiGroup"),
      resource: text(target, "resource"),
      subresource: text(target, "subresource"),
      namespace: text(target, "namespace"),
      name: text(target, "name"),
      user: user === "" ? name : user,
      impersonator: user === "" ? undefined : name,
      groups: groupsOf(user === "" ? authenticated : impersonated),
      userAgent,
      manager: managerOf(query, userAgent),
      receivedAt,
      answeredAt: Math.max(receivedAt, answeredAt),
    },
  ];
}

/** Only answers that are known to be no failure count. */
function isDone(event: JsonObject): boolean {
  const code = own(member(event, "responseStatus"), "code");
  return typeof code === "number" && code >= 200 && code < FIRST_FAILURE;
}

function queryOf(event: JsonObject): URLSearchParams {
  const uri = own(event, "requestURI");
  const question = typeof uri === "string" ? uri.slice(0, URI_LIMIT).indexOf("?") : -1;
  return new URLSearchParams(question < 0 || typeof uri !== "string" ? "" : uri.slice(question + 1, URI_LIMIT));
}

/** As the server does (apiserver, `managerOrUserAgent`): what the request says, else the User-Agent up to its first slash. */
function managerOf(query: URLSearchParams, userAgent: string): string {
  const asked = clean(query.get("fieldManager") ?? "").slice(0, MANAGER_LIMIT);
  if (asked !== "") return asked;
  const [program = ""] = userAgent.split("/", 1);
  return program.slice(0, MANAGER_LIMIT) || "unknown";
}

function groupsOf(user: JsonObject): readonly string[] {
  const groups = own(user, "groups");
  if (!Array.isArray(groups)) return [];
  return (groups as readonly Json[]).slice(0, MAX_GROUPS).flatMap((group) => (typeof group === "string" ? [clean(group)] : [])); // an array, see above
}

function timeOf(event: JsonObject, name: string): number {
  return Date.parse(text(event, name));
}

/** Names like `__proto__` are keys as any other: only what the object itself has counts. */
function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function member(object: JsonObject, name: string): JsonObject {
  const value = own(object, name);
  return isJsonObject(value) ? value : {};
}

function text(object: JsonObject, name: string): string {
  const value = own(object, name);
  return typeof value === "string" ? clean(value) : "";
}

/** Whoever makes a request chooses some of these texts: no control, format or lone surrogate characters, and no long ones. */
function clean(value: string): string {
  const short = value.length <= TEXT_LIMIT ? value : `${value.slice(0, TEXT_LIMIT - 1)}…`;
  return short.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "�");
}
