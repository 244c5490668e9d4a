/**
 * Alertmanager's API v2 (api/v2/openapi.yaml of prometheus/alertmanager): POST /api/v2/alerts of a list of
 *   { labels: {name: value}, annotations: {name: value}, startsAt, endsAt }
 * An alert is what has the same labels. It is over at `endsAt`; we name that time ourselves, so that the server's resolve_timeout
 * has no part in it, and push it on every REFRESH_MS: an operator that is gone leaves no alert for ever.
 */
import { parseJson } from "../../object/json.ts";
import type { MessageContent } from "../message.ts";
import { cleanContent } from "../text/clean-content.ts";
import { cutText } from "../text/cut.ts";
import { checkStatus, quote } from "./answer.ts";
import { DeliveryError } from "./channel.ts";
import type { Abilities, Channel, MessageRef, Outgoing } from "./channel.ts";
import type { HttpClient } from "./http.ts";

const REFRESH_MS = 4 * 60_000;
/** Three refreshes may fail. */
const LIFETIME_MS = 15 * 60_000;

/** What an Alertmanager is spoken to with. */
export interface AlertmanagerAccess {
  readonly http: HttpClient;
  /** Without /api/v2/alerts. Has passed checkUrl. */
  readonly url: URL;
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string | undefined;
  readonly installation?: string | undefined;
  readonly now: () => Date;
}

/** An alert fires while its episode is open; a deployment that goes well, and a digest, are none. */
export class AlertmanagerChannel implements Channel {
  readonly abilities: Abilities = { update: true, thread: false, find: false, idempotent: true, refreshMs: REFRESH_MS };
  readonly #access: AlertmanagerAccess;
  /** Severities under which an episode fires: another one is another alert, and the earlier one has to end. */
  readonly #firing = new Map<string, ReadonlySet<string>>();

  constructor(access: AlertmanagerAccess) {
    this.#access = access;
  }

  async post({ key, content }: Outgoing, signal: AbortSignal): Promise<MessageRef> {
    const labels = labelsOf(key.episode, content, this.#access.installation);
    await this.#tell(key.episode, labels, content, [], signal);
    return JSON.stringify({ ...labels, severity: content.severity });
  }

  async update(ref: MessageRef, { key, content }: Outgoing, signal: AbortSignal): Promise<void> {
    const { severity, ...labels } = parseRef(ref);
    await this.#tell(key.episode, labels, content, severity === undefined ? [] : [severity], signal);
  }

  reply(): Promise<never> {
    return Promise.reject(new DeliveryError("Refused", "an Alertmanager has no threads"));
  }

  find(): ReturnType<Channel["find"]> {
    return Promise.resolve({ kind: "Unknown" });
  }

  async close(): Promise<void> {
    await this.#access.http.close();
  }

  async #tell(episode: string, labels: Labels, content: MessageContent, before: readonly string[], signal: AbortSignal): Promise<void> {
    const told = new Set([...before, ...(this.#firing.get(episode) ?? [])]);
    const fires = firesNow(content);
    const ending = [...told].filter((severity) => !fires || severity !== content.severity);
    const now = this.#access.now();
    const alerts = [
      ...ending.map((severity) => alertOf({ ...labels, severity }, content, now, now)),
      ...(fires ? [alertOf({ ...labels, severity: content.severity }, content, new Date(now.getTime() + LIFETIME_MS), now)] : []),
    ];
    if (alerts.length > 0) await this.#send(alerts, signal);
    if (fires) this.#firing.set(episode, new Set([content.severity]));
    else this.#firing.delete(episode);
  }

  async #send(alerts: readonly Alert[], signal: AbortSignal): Promise<void> {
    const { http, url, token, now } = this.#access;
    const headers = { "content-type": "application/json", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
    const target = new URL(url);
    target.pathname = `${url.pathname.replace(/\/+$/, "")}/api/v2/alerts`;
    const answer = await http.send({ method: "POST", url: target, headers, body: JSON.stringify(alerts) }, signal);
    checkStatus(answer, { host: url.host, now: now(), explain: (status) => explain(status, quote(answer.body, token === undefined ? [] : [token])) });
    if (/html/i.test(answer.headers.get("content-type") ?? "")) throw new DeliveryError("Unavailable", `${url.host}: it answered with a web page; a login page may be in the way, or spec.alertmanager.url is wrong`);
  }
}

type Labels = Readonly<Record<string, string>>;

interface Alert {
  readonly labels: Labels;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
}

function firesNow({ class: about, state }: MessageContent): boolean {
  switch (state) {
    case "Open":
    case "Progress":
    case "Reminder":
      return about !== "Deploy";
    case "Flapping":
    case "Failed":
      return true;
    case "Digest":
    case "Resolved":
      return false;
  }
}

/** Structural only, and settled at the opening: what changes in the course of an episode stands in annotations. */
function labelsOf(episode: string, raw: MessageContent, installation: string | undefined): Labels {
  const { class: about, subjects } = cleanContent(raw);
  const [subject = "", ...others] = subjects;
  const [namespace = "", name = ""] = subject.split("/", 2);
  const one = others.length === 0 && name !== "";
  return {
    alertname: `Driftless${about}`,
    class: about,
    ...(one ? { namespace, [about === "Source" ? "source" : "application"]: name } : { episode }),
    ...(installation === undefined ? {} : { installation }),
  };
}

/** Annotations hold no markup: what shows them has to escape them, and receivers of Alertmanager do. */
function alertOf(labels: Labels, raw: MessageContent, end: Date, now: Date): Alert {
  const { title, lines, fields, commit, openedAt } = cleanContent(raw);
  const opened = new Date(openedAt);
  const start = Number.isNaN(opened.getTime()) || opened > now ? now : opened;
  const description = [...lines, ...fields.map(({ name, value }) => `${name}: ${value}`)].join("\n");
  return {
    labels,
    annotations: { summary: title, ...(description === "" ? {} : { description: cutText(description, 4000) }), ...(commit === undefined ? {} : { commit }) },
    startsAt: start.toISOString(),
    endsAt: end.toISOString(),
  };
}

/** Labels of an alert, kept since its opening. */
function parseRef(ref: MessageRef): Readonly<Record<string, string>> & { readonly severity?: string } {
  try {
    const said = parseJson(ref);
    if (typeof said === "object" && said !== null && "alertname" in said) return said as Labels; // written by post
  } catch {
    // the ref of another kind of destination
  }
  throw new DeliveryError("Gone", "the alert was not sent to an Alertmanager");
}

const explain = (status: number, said: string): string =>
  status === 401 || status === 403
    ? `access denied (HTTP ${status}); check spec.alertmanager.tokenSecretRef`
    : status === 404
      ? "no API v2 there (HTTP 404); spec.alertmanager.url is the address without /api/v2/alerts"
      : `the alert was refused (HTTP ${status})${said === "" ? "" : `: ${said}`}`;
