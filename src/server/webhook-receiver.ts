/** `POST /hooks/…`: a Git host says that something was pushed. All it can cause is an early look at the source. */
import { randomBytes } from "node:crypto";
import { verifyWebhook } from "../../sources/webhook.ts";
import type { WebhookCall } from "../../sources/webhook.ts";
import type { Answer } from "./http.ts";

/** Every webhook path begins with this. */
export const WEBHOOK_PREFIX = "/hooks/";
/** Largest body that is read; pushes are described in some 10 KB, a hundred times less. */
export const WEBHOOK_BODY_LIMIT = 1024 * 1024;

/** Who waits for calls on a path. */
export interface WebhookTarget {
  readonly token: string;
  /** Queues the source. Returns at once. */
  trigger(): void;
}

/** Finds the target of a whole path such as `/hooks/4f2c…`. */
export interface WebhookRegistry {
  find(path: string): WebhookTarget | undefined;
}

/** What became of a call. */
export type WebhookOutcome = "accepted" | "refused" | "unknown";

/** How webhooks are served. */
export interface WebhookOptions {
  readonly registry: WebhookRegistry;
  /** In bytes. Default: 1 MiB. */
  readonly bodyLimit?: number;
  readonly observe?: (outcome: WebhookOutcome) => void;
}

/** Checked against when nobody waits on a path, so that finding out takes as long as being refused. */
const NOBODY: WebhookTarget = { token: randomBytes(32).toString("hex"), trigger: () => undefined };

/** 202 when the call is genuine (the work comes later), 401 when its signature is wrong, 404 for a path of nobody. */
export function receiveWebhook(path: string, call: WebhookCall, { registry, observe }: WebhookOptions): Answer {
  const target = registry.find(path);
  const verdict = verifyWebhook(call, (target ?? NOBODY).token);
  if (target === undefined) return answered("unknown", { status: 404, body: "not found\n" }, observe);
  if (verdict.kind === "Rejected") return answered("refused", { status: 401, body: `${verdict.reason}\n` }, observe);
  target.trigger();
  return answered("accepted", { status: 202, body: "accepted\n" }, observe);
}

function answered(outcome: WebhookOutcome, answer: Answer, observe: WebhookOptions["observe"]): Answer {
  observe?.(outcome);
  return answer;
}
