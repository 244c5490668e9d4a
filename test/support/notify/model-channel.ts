import type { Abilities, Channel, DeliveryKey, MessageRef, Outgoing } from "../../../src/notify/channels/channel.ts";
import { DeliveryError } from "../../../src/notify/channels/channel.ts";
import type { MessageContent, MessageStep } from "../../../src/notify/message.ts";
import type { Clock } from "../../../src/ports.ts";
import type { LifeClock } from "./life-clock.ts";

/** What goes wrong at a destination. */
export type Fault = "Limited" | "LostBefore" | "LostAfter" | "Hang" | "Refused" | "Unreadable";

/** One message as somebody sees it. */
export interface Visible {
  readonly ref: MessageRef;
  readonly key: DeliveryKey;
  content: MessageContent;
  readonly repeated: boolean;
  deleted: boolean;
  readonly at: number;
  readonly thread: { readonly number: number; readonly repeated: boolean; readonly at: number }[];
}

const LATENCY_MS = 40;

/** A destination that remembers what can be seen in it and what was asked of it; it outlives every process. */
export class ModelDestination {
  readonly abilities: Abilities;
  /** The history may be read where there is a way to. */
  readonly readable: boolean;
  readonly #clock: Clock;
  readonly messages: Visible[] = [];
  readonly requests: number[] = [];
  readonly problems: string[] = [];
  fault: Fault | undefined;
  /** Posts and replies of which nobody was told whether they arrived. */
  uncertain = 0;
  repeats = 0;
  gone = 0;
  crashes = 0;
  /** Crashes that hit a request, or the writing of its mark or its result. */
  cuts = 0;
  /** When the last request was answered. */
  answeredAt = 0;
  #inFlight = 0;
  #notBefore = 0;
  #serial = 0;

  constructor(abilities: Abilities, readable: boolean, clock: Clock) {
    this.abilities = abilities;
    this.readable = readable;
    this.#clock = clock;
  }

  /** The destination as one life of a process reaches it. */
  channel(life: LifeClock): Channel {
    const call = <T>(effect: () => T, signal: AbortSignal, counts = true): Promise<T> => this.#call(effect, life, signal, counts);
    return {
      abilities: this.abilities,
      post: (message, signal) => call(() => this.#post(message), signal),
      update: (ref, message, signal) => call(() => this.#update(ref, message), signal, false),
      reply: (ref, key, step, repeated, signal) => call(() => this.#reply(ref, key, step, repeated), signal),
      find: (key, parent, since, signal) => call(() => this.#find(key, parent, since), signal, false),
      close: async () => undefined,
    };
  }

  /** A process has died: what it had in flight is off its hands. */
  died(isWriting: boolean): void {
    this.crashes += 1;
    if (isWriting || this.#inFlight > 0) this.cuts += 1;
    this.#inFlight = 0;
    this.#notBefore = 0;
  }

  /** Somebody deletes a message. */
  remove(index: number): void {
    const visible = this.messages.filter(({ deleted }) => !deleted);
    const message = visible[index % Math.max(1, visible.length)];
    if (message !== undefined) message.deleted = true;
  }

  async #call<T>(effect: () => T, life: LifeClock, signal: AbortSignal, counts: boolean): Promise<T> {
    this.#note();
    const { fault } = this;
    await this.#pass(life, LATENCY_MS);
    if (fault === "Refused") return this.#end(() => { throw new DeliveryError("Refused", "token_revoked"); });
    if (fault === "Limited") {
      this.#notBefore = this.#clock.now().getTime() + 30_000;
      return this.#end(() => { throw new DeliveryError("Limited", "ratelimited", 30_000); });
    }
    if (fault === "LostBefore") {
      if (counts) this.uncertain += 1;
      return this.#end(() => { throw new DeliveryError("Unavailable", "502"); });
    }
    const value = effect();
    if (!this.#isAnswered(fault)) {
      if (counts) this.uncertain += 1;
      if (fault === "Hang") await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      return this.#end(() => { throw new DeliveryError("Unavailable", "timeout"); });
    }
    await this.#pass(life, LATENCY_MS);
    return this.#end(() => value);
  }

  #isAnswered(fault: Fault | undefined): boolean {
    return fault !== "LostAfter" && fault !== "Hang";
  }

  #end<T>(answer: () => T): T {
    this.#inFlight -= 1;
    this.answeredAt = this.#clock.now().getTime();
    return answer();
  }

  /** A life that ends meanwhile never comes back. */
  async #pass(life: LifeClock, ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#clock.after(ms, () => {
        if (life.alive) resolve();
      });
    });
  }

  #note(): void {
    const now = this.#clock.now().getTime();
    this.#inFlight += 1;
    if (this.#inFlight > 1) this.problems.push("two requests are in flight");
    const last = this.requests.at(-1);
    if (last !== undefined && now - last < 1_000) this.problems.push(`requests ${now - last} ms apart`);
    if (now < this.#notBefore) this.problems.push("Retry-After was not honoured");
    this.requests.push(now);
  }

  #post({ key, content, repeated }: Outgoing): MessageRef {
    const old = this.abilities.idempotent ? this.messages.find((message) => message.key.episode === key.episode && !message.deleted) : undefined;
    if (repeated) this.repeats += 1;
    if (old !== undefined) {
      old.content = content;
      return old.ref;
    }
    this.#serial += 1;
    const ref = `m${this.#serial}`;
    this.messages.push({ ref, key, content, repeated, deleted: false, at: this.#clock.now().getTime(), thread: [] });
    return ref;
  }

  #update(ref: MessageRef, { content }: Outgoing): void {
    this.#at(ref).content = content;
  }

  #reply(ref: MessageRef, key: DeliveryKey, step: MessageStep, repeated: boolean): void {
    const { thread } = this.#at(ref);
    if (repeated) this.repeats += 1;
    if (this.abilities.idempotent && thread.some(({ number }) => number === step.number)) return;
    if (key.step !== step.number) this.problems.push("a reply has the key of another line");
    thread.push({ number: step.number, repeated, at: this.#clock.now().getTime() });
  }

  #find(key: DeliveryKey, parent: MessageRef | undefined, since: Date): Awaited<ReturnType<Channel["find"]>> {
    if (!this.readable || this.fault === "Unreadable") return { kind: "Unknown" };
    if (parent !== undefined) return this.#at(parent).thread.some(({ number, at }) => number === key.step && at >= since.getTime()) ? { kind: "Found", ref: parent } : { kind: "Absent" };
    const found = this.messages.findLast((message) => message.key.episode === key.episode && !message.deleted && message.at >= since.getTime());
    return found === undefined ? { kind: "Absent" } : { kind: "Found", ref: found.ref };
  }

  #at(ref: MessageRef): Visible {
    const message = this.messages.find((candidate) => candidate.ref === ref);
    if (message !== undefined && !message.deleted) return message;
    this.gone += 1;
    this.#inFlight -= 1;
    this.answeredAt = this.#clock.now().getTime();
    throw new DeliveryError("Gone", "message_not_found");
  }
}
