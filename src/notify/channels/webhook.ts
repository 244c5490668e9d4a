/**
 * The generic webhook: POST of a JSON document (docs/reference/notification.md). Signed as
 *   X-Driftless-Timestamp: 1790000000                      seconds since 1970; refuse what is older than a few minutes
 *   X-Driftless-Signature-256: sha256=<hex of HMAC-SHA-256(secret, timestamp + "." + body)>
 * so that neither the body can be changed nor an old one be played again.
 */
import { createHmac } from "node:crypto";
import type { MessageStep } from "../message.ts";
import { checkStatus } from "./answer.ts";
import type { Abilities, Channel, DeliveryKey, MessageRef, Outgoing } from "./channel.ts";
import type { HttpClient } from "./http.ts";
import { messageNotification, stepNotification } from "./notification.ts";
import type { Notification } from "./notification.ts";

/** What a generic webhook is spoken to with. */
export interface WebhookAccess {
  readonly http: HttpClient;
  /** Has passed checkUrl. Only its host is ever shown: the rest may come from a Secret. */
  readonly url: URL;
  /** Without one, documents are not signed. */
  readonly hmacSecret?: string | undefined;
  readonly installation?: string | undefined;
  readonly now: () => Date;
}

/** `sha256=…` over a body and the second that it is sent in. */
export const signatureOf = (secret: string, timestamp: string, body: string): string => `sha256=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`;

/** Each state of an episode and each of its steps is a document of its own; a receiver that remembers delivery ids does nothing twice. */
export class WebhookChannel implements Channel {
  readonly abilities: Abilities = { update: true, thread: true, find: false, idempotent: true };
  readonly #access: WebhookAccess;

  constructor(access: WebhookAccess) {
    this.#access = access;
  }

  async post(message: Outgoing, signal: AbortSignal): Promise<MessageRef> {
    await this.#send(messageNotification(message, this.#access.installation), signal);
    return "";
  }

  async update(_ref: MessageRef, message: Outgoing, signal: AbortSignal): Promise<void> {
    await this.#send(messageNotification(message, this.#access.installation), signal);
  }

  async reply(_ref: MessageRef, key: DeliveryKey, step: MessageStep, repeated: boolean, signal: AbortSignal): Promise<void> {
    await this.#send(stepNotification(key, step, repeated, this.#access.installation), signal);
  }

  find(): ReturnType<Channel["find"]> {
    return Promise.resolve({ kind: "Unknown" });
  }

  async close(): Promise<void> {
    await this.#access.http.close();
  }

  async #send(notification: Notification, signal: AbortSignal): Promise<void> {
    const { http, url, hmacSecret, now } = this.#access;
    const body = JSON.stringify(notification);
    const timestamp = String(Math.floor(now().getTime() / 1000));
    const headers = {
      "content-type": "application/json",
      "x-driftless-delivery": notification.id,
      "x-driftless-timestamp": timestamp,
      ...(hmacSecret === undefined ? {} : { "x-driftless-signature-256": signatureOf(hmacSecret, timestamp, body) }),
    };
    checkStatus(await http.send({ method: "POST", url, headers, body }, signal), { host: url.host, now: now(), explain });
  }
}

const explain = (status: number): string =>
  status === 401 || status === 403
    ? `the receiver did not accept the sender (HTTP ${status}); check that both sides have the same HMAC secret`
    : status === 404 || status === 410
      ? `nothing takes notifications at that address (HTTP ${status}); check it`
      : `the receiver refused the document (HTTP ${status}); does it take the form of docs/reference/notification.md?`;
