import { describe, expect, it } from "vitest";
import type { Abilities } from "../../../src/notify/channels/channel.ts";
import { DeliveryError } from "../../../src/notify/channels/channel.ts";
import type { Operation } from "../../../src/notify/delivery/operation.ts";
import { Outbox } from "../../../src/notify/delivery/outbox.ts";
import type { DeliveryState } from "../../../src/notify/delivery/state.ts";
import type { WantedMessage } from "../../../src/notify/episode/wanted.ts";
import type { MessageContent } from "../../../src/notify/message.ts";

const bot: Abilities = { update: true, thread: true, find: true, idempotent: false };
const hook: Abilities = { update: false, thread: false, find: false, idempotent: false };
const DAY = Date.parse("2026-01-01T00:00:00Z");

const wanted = (key: string, more: Partial<Omit<WantedMessage, "content">> = {}, content: Partial<MessageContent> = {}): WantedMessage => ({
  key, version: 1, calls: 1, steps: [], closed: false, ...more,
  content: { state: "Open", class: "Health", severity: "Warning", title: key, lines: [], fields: [], subjects: [], suppressed: 0, openedAt: "2026-01-01T00:00:00Z", updatedAt: "2026-01-01T00:00:00Z", ...content },
});
const line = (number: number): WantedMessage["steps"][number] => ({ number, text: `line ${number}`, at: "2026-01-01T00:01:00Z" });

/** An outbox, and time that goes on as it asks for. */
class Desk {
  outbox: Outbox;
  now = DAY;
  readonly #abilities: Abilities;

  constructor(abilities: Abilities) {
    this.#abilities = abilities;
    this.outbox = new Outbox({ abilities, perMinute: 50, suspended: false });
  }

  /** The next request, as soon as it may be made; undefined when there is none. */
  next(...messages: WantedMessage[]): Operation | undefined {
    for (let tries = 0; tries < 3; tries += 1) {
      const decision = this.outbox.next(messages, this.now);
      if (decision.kind === "Send") return decision.operation;
      if (decision.until === undefined) return undefined;
      this.now = Math.max(this.now, decision.until);
    }
    return undefined;
  }

  /** Makes the next request. Returns what it was. */
  send(messages: readonly WantedMessage[], answer: "arrives" | "Absent" | "Unknown" | Error = "arrives"): string | undefined {
    const operation = this.next(...messages);
    if (operation === undefined) return undefined;
    this.outbox.begin(operation, this.now);
    if (answer instanceof Error) this.outbox.fail(operation, answer, this.now, 0);
    else this.outbox.succeed(operation, answer === "arrives" ? { kind: "Done", ref: "there" } : { kind: answer }, this.now);
    const repeated = "repeated" in operation && operation.repeated ? " again" : "";
    return `${operation.kind} ${operation.key.episode}${operation.key.step === 0 ? "" : `#${operation.key.step}`}${repeated}`;
  }

  /** The process dies after the mark was saved; `arrived` is for the destination alone to know. */
  die(...messages: WantedMessage[]): void {
    const operation = this.next(...messages);
    if (operation !== undefined) this.outbox.begin(operation, this.now);
    this.outbox = new Outbox({ abilities: this.#abilities, perMinute: 50, suspended: false }, JSON.parse(JSON.stringify(this.outbox.state)) as DeliveryState); // what was just written
  }

  all(messages: readonly WantedMessage[]): (string | undefined)[] {
    const done: (string | undefined)[] = [];
    for (let sent = this.send(messages); sent !== undefined && done.length < 20; sent = this.send(messages)) done.push(sent);
    return done;
  }
}

describe("what is sent", () => {
  it("is what is missing: the message, its changes, its lines, and nothing twice", () => {
    const desk = new Desk(bot);
    expect(desk.all([wanted("a")])).toEqual(["Post a"]);
    expect(desk.all([wanted("a", { version: 3, steps: [line(1), line(2)] })])).toEqual(["Reply a#1", "Reply a#2", "Update a"]);
    expect(desk.all([wanted("a", { version: 3, steps: [line(1), line(2)] })])).toEqual([]);
  });

  it("is the newest state only: lines that a first message makes needless are left out", () => {
    expect(new Desk(bot).all([wanted("a", { version: 9, steps: [line(1), line(2)], closed: true })])).toEqual(["Post a"]);
  });

  it("is one message at the opening and one at the end where nothing can be changed", () => {
    const desk = new Desk(hook);
    expect(desk.all([wanted("a")])).toEqual(["Post a"]);
    expect(desk.all([wanted("a", { version: 7, steps: [line(1)] })])).toEqual([]);
    expect(desk.all([wanted("a", { version: 8, calls: 2, closed: true })])).toEqual(["Post a"]);
    expect(desk.outbox.settled([wanted("a", { version: 8, calls: 2, closed: true })])).toEqual([{ key: "a", step: Infinity, closed: true }]);
  });

  it("has a key of its own for each message of an episode, where one is found by it", () => {
    const desk = new Desk({ ...hook, find: true });
    expect([...desk.all([wanted("a")]), ...desk.all([wanted("a", { calls: 2, closed: true })])]).toEqual(["Post a", "Post a.2"]);
  });

  it("goes by need: critical openings, ends, openings, lines, changes; of these the oldest first", () => {
    const desk = new Desk(bot);
    const posted = [wanted("end"), wanted("line"), wanted("change")];
    desk.all(posted);
    const later = { openedAt: "2026-01-01T00:00:01Z" };
    const all = [
      wanted("new2", {}, later), wanted("new1"), wanted("change", { version: 2 }), wanted("line", { steps: [line(1)] }), wanted("end", { version: 2, closed: true }), wanted("grave", {}, { ...later, severity: "Critical" }),
    ];
    expect(desk.all(all)).toEqual(["Post grave", "Update end", "Post new1", "Post new2", "Reply line#1", "Update change"]);
  });

  it("is sent again while it is open, where the destination would take it for over", () => {
    const desk = new Desk({ ...bot, refreshMs: 60_000 });
    desk.send([wanted("a")]);
    const began = desk.now;
    expect(desk.send([wanted("a")])).toBe("Update a");
    expect(desk.now - began).toBe(60_000);
  });

  it("is nothing while suspended; afterwards it is the newest state", () => {
    const outbox = new Outbox({ abilities: bot, perMinute: 50, suspended: true });
    expect(outbox.next([wanted("a")], DAY)).toEqual({ kind: "Wait", until: undefined, waiting: 1 });
    outbox.configure({ abilities: bot, perMinute: 50, suspended: false });
    expect(outbox.next([wanted("a", { version: 5, closed: true })], DAY)).toMatchObject({ kind: "Send", operation: { kind: "Post", message: { closed: true } } });
  });

  it("is told anew at another destination", () => {
    const desk = new Desk(bot);
    desk.all([wanted("a")]);
    desk.outbox.moved();
    expect(desk.all([wanted("a")])).toEqual(["Post a"]);
  });
});

describe("after an end in the middle of a request", () => {
  it.each<[string, "arrives" | "Absent" | "Unknown", string[]]>([
    ["what is found is not posted again", "arrives", []],
    ["what is not there is posted, as if for the first time", "Absent", ["Post a"]],
    ["what cannot be looked up is posted again and says so", "Unknown", ["Post a again"]],
  ])("%s", (_name, answer, expected) => {
    const desk = new Desk(bot);
    desk.die(wanted("a"));
    expect(desk.send([wanted("a")], answer)).toBe("Find a");
    expect(desk.all([wanted("a")])).toEqual(expected);
  });

  it.each<[string, Abilities, string[]]>([
    ["where nothing can be looked up it says so, once", { ...bot, find: false }, ["Post a again"]],
    ["where sending twice changes nothing it is just sent", { ...bot, idempotent: true }, ["Post a"]],
  ])("%s", (_name, abilities, expected) => {
    const desk = new Desk(abilities);
    desk.die(wanted("a"));
    expect(desk.all([wanted("a")])).toEqual(expected);
  });

  it("what may be there twice says so as long as it stands, after its changes too", () => {
    const desk = new Desk({ ...bot, find: false });
    desk.die(wanted("a"));
    expect([...desk.all([wanted("a")]), ...desk.all([wanted("a", { version: 2 })])]).toEqual(["Post a again", "Update a again"]);
    expect(desk.all([wanted("a", { version: 2 }), wanted("b")])).toEqual(["Post b"]);
  });

  it("an update is made again: nobody knows what the message shows", () => {
    const desk = new Desk(bot);
    desk.all([wanted("a")]);
    desk.die(wanted("a", { version: 2 }));
    expect(desk.all([wanted("a", { version: 2 })])).toEqual(["Update a"]);
  });

  it("a line is looked for in its thread", () => {
    const desk = new Desk(bot);
    desk.all([wanted("a")]);
    const lines = [wanted("a", { steps: [line(1), line(2)] })];
    desk.die(...lines);
    expect(desk.next(...lines)).toMatchObject({ kind: "Find", key: { episode: "a", step: 1 }, parent: "there" });
    expect([desk.send(lines), ...desk.all(lines)]).toEqual(["Find a#1", "Reply a#2"]);
  });

  it("a request that nobody wants any more is not asked about", () => {
    const desk = new Desk(bot);
    desk.die(wanted("a"));
    expect(desk.all([wanted("b")])).toEqual(["Post b"]);
  });
});

describe("a destination that fails", () => {
  it("is left alone for as long as it says", () => {
    const desk = new Desk(bot);
    desk.send([wanted("a")], new DeliveryError("Limited", "ratelimited", 90_000));
    expect(desk.outbox.next([wanted("a")], desk.now + 89_999)).toMatchObject({ kind: "Wait", until: desk.now + 90_000 });
    desk.outbox.configure({ abilities: bot, perMinute: 50, suspended: false });
    expect(desk.outbox.next([wanted("a")], desk.now + 89_999)).toMatchObject({ kind: "Wait", until: desk.now + 90_000 });
    expect(desk.send([wanted("a")])).toBe("Post a");
  });

  it("is tried at growing distances, up to five minutes", () => {
    const desk = new Desk({ ...bot, find: false });
    const distances: number[] = [];
    for (let tries = 0; tries < 12; tries += 1) {
      const before = desk.now;
      desk.send([wanted("a")], new DeliveryError("Unavailable", "502"));
      distances.push(desk.now - before);
    }
    expect(distances).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000, 300_000]);
  });

  it("is asked what became of a message whose answer never came, and not of one that surely never arrived", () => {
    const desk = new Desk(bot);
    desk.send([wanted("a")], new DeliveryError("Unavailable", "timeout"));
    expect(desk.send([wanted("a")], "Absent")).toBe("Find a");
    desk.send([wanted("a")], new DeliveryError("Unavailable", "no connection", undefined, false));
    expect(desk.send([wanted("a")])).toBe("Post a");
  });

  it("by refusing is tried with one other message, then every ten minutes, and at once when something was changed", () => {
    const desk = new Desk(bot);
    const [both, refused] = [[wanted("a"), wanted("b")], new DeliveryError("Refused", "token_revoked")];
    const began = desk.now;
    expect([desk.send(both, refused), desk.send(both, refused)]).toEqual(["Post a", "Post b"]);
    expect(desk.now - began).toBeLessThan(2_000);
    expect(desk.outbox.state.blocked).toMatchObject({ since: began, message: "token_revoked" });
    expect(desk.outbox.next(both, began + 599_000)).toMatchObject({ kind: "Wait" });
    desk.outbox.configure({ abilities: bot, perMinute: 50, suspended: false });
    expect(desk.all(both)).toEqual(["Post a", "Post b"]);
    expect(desk.outbox.state.blocked).toBeUndefined();
  });

  it("by refusing one message only does not keep the others", () => {
    const desk = new Desk(bot);
    desk.send([wanted("bad"), wanted("good")], new DeliveryError("Refused", "invalid_blocks"));
    expect(desk.send([wanted("bad"), wanted("good")])).toBe("Post good");
    expect(desk.outbox.state.blocked).toBeUndefined();
  });

  it("by having lost the message gets it anew, and is told so", () => {
    const desk = new Desk(bot);
    desk.all([wanted("a")]);
    expect(desk.send([wanted("a", { version: 2 })], new DeliveryError("Gone", "message_not_found"))).toBe("Update a");
    expect(desk.all([wanted("a", { version: 2 })])).toEqual(["Post a again"]);
  });

  it("by throwing something else is taken for unavailable", () => {
    const desk = new Desk(bot);
    desk.send([wanted("a")], new TypeError("fault of a channel"));
    expect(desk.send([wanted("a")])).toBe("Find a");
  });
});

describe("the budget", () => {
  it.each([1, 6, 50, 600])("of %i a minute is kept in any minute, and no two requests are within a second", (perMinute) => {
    const outbox = new Outbox({ abilities: bot, perMinute, suspended: false });
    const messages = Array.from({ length: 400 }, (_, index) => wanted(`m${index}`));
    const times: number[] = [];
    for (let now = DAY; times.length < 150; ) {
      const decision = outbox.next(messages, now);
      if (decision.kind === "Wait") now = decision.until ?? now + 1;
      else {
        times.push(now);
        outbox.begin(decision.operation, now);
        outbox.succeed(decision.operation, { kind: "Done", ref: "x" }, now);
      }
    }
    expect(Math.min(...times.slice(1).map((at, index) => at - (times[index] ?? 0)))).toBeGreaterThanOrEqual(1_000);
    for (const at of times) expect(times.filter((other) => other >= at && other < at + 60_000).length).toBeLessThanOrEqual(Math.min(60, perMinute));
    expect(times.length / ((times.at(-1) ?? 0) - DAY)).toBeGreaterThan((0.85 * Math.min(60, perMinute)) / 60_000);
  });
});
