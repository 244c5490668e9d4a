import { describe, expect, it } from "vitest";
import { NotifierDriver } from "../../../src/notify/delivery/driver.ts";
import type { NotifierSettings, NotifyStore } from "../../../src/notify/delivery/driver.ts";
import type { Observation } from "../../../src/notify/observation.ts";
import { plainTimes } from "../../support/notify/engine-rig.ts";
import { LifeClock } from "../../support/notify/life-clock.ts";
import { ModelDestination } from "../../support/notify/model-channel.ts";
import { MemoryLogger } from "../../support/memory-logger.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

class Rig {
  readonly clock = new VirtualClock();
  readonly log = new MemoryLogger();
  readonly destination = new ModelDestination({ update: true, thread: true, find: true, idempotent: false }, true, this.clock);
  readonly saves: string[] = [];
  failSaves = false;

  driver(stored: string | undefined = this.saves.at(-1), settings: Partial<NotifierSettings> = {}): NotifierDriver {
    const store: NotifyStore = {
      load: async () => stored,
      save: async (text) => {
        if (this.failSaves) throw new Error("conflict");
        this.saves.push(text);
      },
    };
    const channel = this.destination.channel(new LifeClock(this.clock));
    const driver = new NotifierDriver({ channel, destination: "#ops", times: plainTimes, perMinute: 50, suspended: false, ...settings }, { store, clock: this.clock, random: () => 0, log: this.log });
    driver.start();
    return driver;
  }

  broken(name: string, state: Observation["state"] = "Active"): Observation {
    return {
      subject: { kind: "Application", namespace: "shop", name }, class: "Health", state, severity: "Warning", story: state, reason: "Broken", since: this.clock.now().toISOString(), group: undefined, source: undefined, security: false, facts: { summary: "" },
    };
  }

  get titles(): string[] {
    return this.destination.messages.map(({ content: { title } }) => title);
  }
}

describe("the driver of a Notifier", () => {
  it("takes observations in before its state is loaded, and tells them", async () => {
    const rig = new Rig();
    const driver = rig.driver();
    driver.observe(rig.broken("web"), true);
    await rig.clock.advance(125_000);
    expect(rig.titles).toEqual(["shop/web: not healthy"]);
    expect(driver.standing).toMatchObject({ openEpisodes: 1, waiting: 0, delivered: 1, blocked: undefined, failing: undefined });
    await driver.stop();
    expect(rig.clock.pending).toBe(0);
  });

  it("sends nothing that it could not write down", async () => {
    const rig = new Rig();
    const driver = rig.driver();
    driver.observe(rig.broken("web"), true);
    await rig.clock.advance(100_000);
    rig.failSaves = true;
    await rig.clock.advance(300_000);
    expect(rig.destination.requests).toEqual([]);
    rig.failSaves = false;
    await rig.clock.advance(300_000);
    expect(rig.titles).toEqual(["shop/web: not healthy"]);
    await driver.stop();
  });

  it("says what a destination refuses, and goes on when it is configured anew", async () => {
    const rig = new Rig();
    const driver = rig.driver();
    rig.destination.fault = "Refused";
    driver.observe(rig.broken("web"), true);
    await rig.clock.advance(125_000);
    expect(driver.standing.blocked).toMatchObject({ message: "token_revoked" });
    rig.destination.fault = undefined;
    void driver.configure({ channel: rig.destination.channel(new LifeClock(rig.clock)), destination: "#ops", times: plainTimes, perMinute: 50, suspended: false });
    await rig.clock.advance(5_000);
    expect(driver.standing.blocked).toBeUndefined();
    expect(rig.titles).toEqual(["shop/web: not healthy"]);
    await driver.stop();
  });

  it("gives a destination up that does not answer, says so, and finds what arrived", async () => {
    const rig = new Rig();
    const driver = rig.driver();
    rig.destination.fault = "Hang";
    driver.observe(rig.broken("web"), true);
    await rig.clock.advance(138_000);
    expect(driver.standing.failing).toMatchObject({ failures: 1 });
    rig.destination.fault = undefined;
    await rig.clock.advance(60_000);
    expect(rig.titles).toEqual(["shop/web: not healthy"]);
    expect(driver.standing).toMatchObject({ failing: undefined });
    await driver.stop();
  });

  it("tells what is open anew where it is given another destination", async () => {
    const rig = new Rig();
    const first = rig.driver();
    first.observe(rig.broken("web"), true);
    await rig.clock.advance(125_000);
    await first.stop();
    const second = rig.driver(rig.saves.at(-1), { destination: "#other" });
    second.observe(rig.broken("web"), true);
    await rig.clock.advance(30_000);
    expect(rig.titles).toEqual(["shop/web: not healthy", "shop/web: not healthy"]);
    await second.stop();
  });

  it.each(["", "no JSON", "{}", '{"version":99,"engine":{},"delivery":{}}'])("begins anew over a state that it cannot read: %j", async (stored) => {
    const rig = new Rig();
    const driver = rig.driver(stored);
    await rig.clock.advance(1_000);
    expect(rig.log.lines).toMatchObject([{ level: "warn", message: "what was saved of notifications cannot be read; it begins anew" }]);
    await driver.stop();
  });

  it("tells a storm in one message for each Application, at most one request a second, and the truth at its end", async () => {
    const rig = new Rig();
    const driver = rig.driver();
    for (let second = 0; second < 60; second += 3) {
      for (let app = 0; app < 50; app += 1) {
        const summary = `${second + 3} differences`;
        driver.observe({ ...rig.broken(`app-${app}`), class: "Drift", since: "2026-01-01T00:00:00Z", story: summary, facts: { summary } }, true);
      }
      await rig.clock.advance(3_000);
    }
    await rig.clock.advance(600_000);
    expect(rig.destination.messages).toHaveLength(50);
    expect(rig.destination.messages.every(({ content }) => content.lines[0] === "60 differences")).toBe(true);
    expect(rig.destination.problems).toEqual([]);
    expect(rig.destination.requests.length).toBeLessThanOrEqual(150);
    await driver.stop();
  });

  it("survives faults of its own, and so does whoever observes", async () => {
    const rig = new Rig();
    let faults = 1;
    const driver = rig.driver(undefined, { times: { ...plainTimes, quietUntil: () => {
      faults -= 1;
      if (faults >= 0) throw new Error("no such hour");
      return undefined;
    } } });
    await rig.clock.advance(1_000);
    driver.observe({ ...rig.broken("web"), facts: { summary: undefined as unknown as string } }, true); // what no schema lets through
    driver.observe(rig.broken("api"), true);
    await rig.clock.advance(200_000);
    expect(rig.titles).toEqual(["shop/api: not healthy"]);
    expect(rig.log.lines.map(({ level }) => level)).toEqual(["error", "error"]);
    await driver.stop();
  });

  it("writes nothing while nothing happens", async () => {
    const rig = new Rig();
    const driver = rig.driver();
    await rig.clock.advance(1_000);
    const saves = rig.saves.length;
    await rig.clock.advance(86_400_000);
    expect(rig.saves).toHaveLength(saves);
    await driver.stop();
  });
});
