import { createHmac, timingSafeEqual } from "node:crypto";
import { fromJson } from "../../../charts/helm/go/json.ts";
import { readSchema } from "../../../charts/helm/chart/schema-rules.ts";
import { Run } from "../../../charts/helm/chart/schema-run.ts";
import { notificationJsonSchema } from "../../../src/notify/channels/notification-reference.ts";
import type { Notification } from "../../../src/notify/channels/notification.ts";
import { parseJson } from "../../../src/object/json.ts";
import { HttpPeer } from "./http-peer.ts";
import type { PeerAnswer, PeerRequest } from "./http-peer.ts";

const { rules } = readSchema(JSON.stringify(notificationJsonSchema()));

/** A receiver as docs/reference/notification.md tells one to be: it checks signature and age, refuses what the schema does not allow, and does nothing twice. */
export class WebhookPeer extends HttpPeer {
  readonly secret = "canary-hmac-secret";
  /** By delivery id, in the order of their first arrival. */
  readonly documents = new Map<string, Notification>();
  /** Milliseconds since 1970; default: the system's. */
  now = (): number => Date.now();

  /** Newest document of each episode. */
  get episodes(): ReadonlyMap<string, Notification> {
    return new Map([...this.documents.values()].filter(({ type }) => type === "Message").map((document) => [document.episode, document]));
  }

  protected override answer({ method, headers, body }: PeerRequest): PeerAnswer {
    if (method !== "POST" || headers["content-type"] !== "application/json") return { status: 415 };
    if (!this.#isOurs(headers, body)) return { status: 401, body: "bad signature" };
    const problems = schemaViolations(body);
    if (problems.length > 0) return { status: 422, body: problems.join("\n") };
    const document = JSON.parse(body) as Notification; // the schema has admitted it
    if (headers["x-driftless-delivery"] !== document.id) return { status: 400, body: "two ids" };
    if (!this.documents.has(document.id)) this.documents.set(document.id, document);
    return { status: 204 };
  }

  #isOurs(headers: PeerRequest["headers"], body: string): boolean {
    const timestamp = String(headers["x-driftless-timestamp"]);
    const said = Buffer.from(String(headers["x-driftless-signature-256"]));
    const expected = Buffer.from(`sha256=${createHmac("sha256", this.secret).update(`${timestamp}.${body}`).digest("hex")}`);
    return Math.abs(this.now() / 1000 - Number(timestamp)) < 300 && said.length === expected.length && timingSafeEqual(said, expected);
  }
}

/** What the published schema finds wrong with a document. */
export function schemaViolations(body: string): string[] {
  const run = new Run();
  run.check(rules, fromJson(parseJson(body)), undefined, undefined);
  return run.violations.map(({ message, rule }) => `${rule}: ${message}`);
}
