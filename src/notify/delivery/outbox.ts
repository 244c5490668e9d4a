/**
 * What should be visible is compared with what is known to be, and one request at a time makes the difference smaller: only the newest
 * state of an episode is ever sent. `begin` marks a request before it goes out; while its result is unknown (a crash, a timeout) the
 * destination's history is asked where it may be read, else what cannot be sent twice unnoticed is sent again and says so.
 * Deterministic: time and chance are arguments. Does not contact the destination.
 */
import { DEFAULT_BACKOFF, backoffDelay } from "../../controllers/backoff.ts";
import { messageOf } from "../../errors.ts";
import { DeliveryError } from "../channels/channel.ts";
import type { Abilities } from "../channels/channel.ts";
import type { WantedMessage } from "../episode/wanted.ts";
import { answeredAt, availableAt, freshBudget, spend } from "./budget.ts";
import type { Candidate } from "./candidates.ts";
import { byUrgency, candidatesFor, isDelivered } from "./candidates.ts";
import type { Operation, Result } from "./operation.ts";
import { deliveryKey } from "./operation.ts";
import type { DeliveryRecord, DeliveryState, Sending } from "./state.ts";

/** What a destination allows. */
export interface OutboxSettings {
  readonly abilities: Abilities;
  readonly perMinute: number;
  /** Nothing is sent. */
  readonly suspended: boolean;
}

/** What to do now. `until`: when to ask again, if nothing changes before; `waiting`: requests that are outstanding. */
export type Decision = { readonly kind: "Send"; readonly operation: Operation; readonly waiting: number } | { readonly kind: "Wait"; readonly until: number | undefined; readonly waiting: number };

const REFUSED_MS = 600_000;
const LONGEST_HOLD_MS = 86_400_000;
const LONGEST_RETRY_AFTER_MS = 3_600_000;
/** Clocks differ; what was sent just before the intent was written is not older than this. */
const SKEW_MS = 300_000;

const empty: DeliveryState = { records: [], budget: freshBudget, notBefore: 0, failures: 0, delivered: 0 };

/** One Notifier's deliveries. */
export class Outbox {
  #settings: OutboxSettings;
  readonly #records: Map<string, DeliveryRecord>;
  #state: Omit<DeliveryState, "records">;

  /** `saved`: what was saved; a request that is marked in it as begun has an unknown result. */
  constructor(settings: OutboxSettings, saved: DeliveryState = empty) {
    const { records, ...state } = saved;
    this.#settings = settings;
    this.#records = new Map(records.map((record) => [record.key, record]));
    this.#state = state;
  }

  /** Spec or secret changed: what was refused or failed is tried again at once; a time that the destination named is kept. */
  configure(settings: OutboxSettings): void {
    this.#settings = settings;
    const { failures, notBefore } = this.#state;
    this.#state = { ...this.#state, blocked: undefined, notBefore: failures > 0 ? 0 : notBefore, failures: 0 };
    for (const record of this.#records.values()) delete record.heldUntil;
  }

  /** Another destination: nothing is there yet. */
  moved(): void {
    this.#records.clear();
    this.#state = { ...this.#state, sending: undefined };
  }

  /** What is to be saved. */
  get state(): DeliveryState {
    return { ...this.#state, records: [...this.#records.values()] };
  }

  /** The next request, or how long there is none. */
  next(wanted: readonly WantedMessage[], now: number): Decision {
    const byKey = new Map(wanted.map((message) => [message.key, message]));
    for (const key of this.#records.keys()) if (!byKey.has(key)) this.#records.delete(key);
    this.#dropNeedless(byKey);
    const { abilities, suspended } = this.#settings;
    const candidates = wanted.flatMap((message) => candidatesFor(message, this.#records.get(message.key), abilities));
    const due = candidates.filter(({ dueAt }) => dueAt <= now).sort(byUrgency);
    const waiting = due.length;
    if (suspended) return { kind: "Wait", until: undefined, waiting };
    const operation = this.#question() ?? due[0]?.operation;
    if (operation === undefined) return { kind: "Wait", until: earliest(candidates), waiting };
    const until = Math.max(availableAt(this.#state.budget, this.#settings.perMinute, now), this.#state.notBefore, this.#state.blocked?.retryAt ?? 0);
    return until > now ? { kind: "Wait", until, waiting } : { kind: "Send", operation, waiting };
  }

  /** What the destination shows of each message for good. */
  settled(wanted: readonly WantedMessage[]): { readonly key: string; readonly step: number; readonly closed: boolean }[] {
    const { abilities } = this.#settings;
    return wanted.flatMap((message) => {
      const record = this.#records.get(message.key);
      if (record?.posted !== true) return [];
      return [{ key: message.key, step: abilities.thread ? record.step : Infinity, closed: message.closed && isDelivered(message, record, abilities) }];
    });
  }

  /** Marks a request as begun. To be saved before it goes out. */
  begin(operation: Operation, now: number): void {
    const budget = spend(this.#state.budget, this.#settings.perMinute, now);
    this.#state = { ...this.#state, budget };
    if (operation.kind === "Find") return;
    const { kind, key, message } = operation;
    const record = this.#record(message.key);
    const step = operation.kind === "Reply" ? key.step : (message.steps.at(-1)?.number ?? record.step);
    this.#state = { ...this.#state, sending: { kind, key: message.key, step, post: kind === "Post" ? record.posts + 1 : record.posts, version: message.version, calls: message.calls, since: now } };
  }

  /** Its mark could not be saved before: the budget counts from when it goes out. */
  delayed(now: number): void {
    this.#state = { ...this.#state, budget: answeredAt(this.#state.budget, now) };
  }

  /** Takes in the answer. */
  succeed(operation: Operation, result: Result, now: number): void {
    this.#state = { ...this.#state, budget: answeredAt(this.#state.budget, now), failures: 0, notBefore: 0, blocked: undefined };
    const { sending } = this.#state;
    if (sending === undefined) return;
    if (result.kind === "Done") this.#arrived(sending, result.ref, now);
    else if (result.kind === "Unknown") this.#markRepeat(sending);
    this.#state = { ...this.#state, sending: undefined };
    if (operation.kind !== "Find") this.#state = { ...this.#state, delivered: this.#state.delivered + 1, lastDeliveredAt: now };
  }

  /** Takes in a failure. `random`: from 0 to below 1. */
  fail(operation: Operation, error: unknown, now: number, random: number): void {
    const failure = error instanceof DeliveryError ? error.failure : "Unavailable";
    const mayHaveArrived = error instanceof DeliveryError ? error.mayHaveArrived : true;
    const after = this.#outcome(operation, mayHaveArrived);
    this.#state = { ...this.#state, budget: answeredAt(this.#state.budget, now) };
    switch (failure) {
      case "Limited":
      case "Unavailable":
        this.#backOff(error, now, random);
        break;
      case "Refused":
        this.#refused(operation, messageOf(error), now);
        break;
      case "Gone":
        if (operation.kind === "Post") this.#refused(operation, messageOf(error), now);
        else this.#lost();
        break;
    }
    this.#state = { ...this.#state, sending: failure === "Gone" && operation.kind !== "Post" ? undefined : after };
  }

  /** The mark that stays: of a question the one it was about, of a request the one whose result is unknown. */
  #outcome(operation: Operation, mayHaveArrived: boolean): Sending | undefined {
    return operation.kind === "Find" || mayHaveArrived ? this.#state.sending : undefined;
  }

  #backOff(error: unknown, now: number, random: number): void {
    const told = error instanceof DeliveryError ? error.retryAfterMs : undefined;
    if (told !== undefined && Number.isFinite(told)) {
      this.#state = { ...this.#state, failures: 0, notBefore: now + Math.min(Math.max(0, told), LONGEST_RETRY_AFTER_MS) };
    } else {
      const failures = this.#state.failures + 1;
      this.#state = { ...this.#state, failures, notBefore: now + backoffDelay(failures, DEFAULT_BACKOFF, random) };
    }
  }

  /** A destination that refuses one message may take another: that is tried once, before it rests. */
  #refused(operation: Operation, message: string, now: number): void {
    const { blocked } = this.#state;
    const refusals = (blocked?.refusals ?? 0) + 1;
    if (operation.kind !== "Find") {
      const record = this.#record(operation.message.key);
      record.refusals = (record.refusals ?? 0) + 1;
      record.heldUntil = now + Math.min(LONGEST_HOLD_MS, REFUSED_MS * 2 ** Math.min(record.refusals - 1, 10));
    }
    const retryAt = refusals === 1 && operation.kind !== "Find" ? now : now + REFUSED_MS;
    this.#state = { ...this.#state, blocked: { since: blocked?.since ?? now, message, refusals, retryAt } };
  }

  /** The message is not there any more: it is posted anew. */
  #lost(): void {
    const { sending } = this.#state;
    const record = sending === undefined ? undefined : this.#records.get(sending.key);
    if (record !== undefined) Object.assign(record, { posted: false, repeat: true });
  }

  #arrived({ kind, key, step, post, version, calls }: Sending, ref: string, now: number): void {
    const record = this.#record(key);
    record.sentAt = now;
    delete record.heldUntil;
    delete record.refusals;
    if (kind === "Reply") {
      record.step = Math.max(record.step, step);
      delete record.repeatStep;
      return;
    }
    Object.assign(record, { version, calls, posted: true });
    if (kind === "Update") return;
    Object.assign(record, { ref, posts: post, step: Math.max(record.step, step) });
    if (record.repeat === true) record.marked = true;
    delete record.repeat;
  }

  #markRepeat({ kind, key, step }: Sending): void {
    if (kind === "Reply") this.#record(key).repeatStep = step;
    else this.#record(key).repeat = true;
  }

  /** Forgets the mark of a request that may simply be made again, or that nobody wants any more. */
  #dropNeedless(wanted: ReadonlyMap<string, WantedMessage>): void {
    const { sending } = this.#state;
    if (sending === undefined) return;
    const { abilities } = this.#settings;
    const again = sending.kind === "Update" || abilities.idempotent;
    if (wanted.has(sending.key) && !again && abilities.find) return;
    if (wanted.has(sending.key) && !again) this.#markRepeat(sending); // an update is simply still missing
    this.#state = { ...this.#state, sending: undefined };
  }

  /** What to ask about a request whose result is unknown. */
  #question(): Operation | undefined {
    const { sending } = this.#state;
    if (sending === undefined) return undefined;
    const { kind, key, step, post, since } = sending;
    return { kind: "Find", key: deliveryKey(key, kind === "Reply" ? step : 0, post, this.#settings.abilities), parent: kind === "Reply" ? this.#record(key).ref : undefined, since: since - SKEW_MS };
  }

  #record(key: string): DeliveryRecord {
    const found = this.#records.get(key);
    if (found !== undefined) return found;
    const record: DeliveryRecord = { key, posted: false, ref: "", version: 0, calls: 0, step: 0, posts: 0, sentAt: 0 };
    this.#records.set(key, record);
    return record;
  }
}

function earliest(candidates: readonly Candidate[]): number | undefined {
  return candidates.reduce<number | undefined>((first, { dueAt }) => (first === undefined ? dueAt : Math.min(first, dueAt)), undefined);
}
