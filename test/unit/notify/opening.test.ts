import { describe, expect, it } from "vitest";
import type { EpisodeClass } from "../../../src/api/notifier.ts";
import type { Observation } from "../../../src/notify/observation.ts";
import { EngineRig } from "../../support/notify/engine-rig.ts";

describe("an episode opens", () => {
  it.each<[string, EpisodeClass, Partial<Observation>, number]>([
    ["drift that stays", "Drift", {}, 60],
    ["drift that decides what somebody may do", "Drift", { security: true, severity: "Critical" }, 0],
    ["health", "Health", {}, 120],
    ["a source that cannot be fetched", "Source", { reason: "GitUnreachable" }, 300],
    ["a source whose credentials are refused", "Source", { reason: "GitUnauthorized" }, 10],
    ["something that waits", "Policy", { reason: "AwaitingApproval" }, 10],
    ["a deployment that runs", "Deploy", { state: "Running" }, 60],
    ["a deployment that failed", "Deploy", { severity: "Critical" }, 10],
  ])("%s", (_name, kind, more, seconds) => {
    const rig = new EngineRig();
    rig.pass(1_000);
    rig.see("web", kind, more.state ?? "Active", more);
    if (seconds > 0) expect(rig.pass(seconds - 1).told).toEqual([]);
    expect(rig.pass(1).told).toHaveLength(1);
  });

  it("only if it lasts", () => {
    const rig = new EngineRig();
    rig.see("web", "Health", "Active");
    rig.pass(119).see("web", "Health", "Quiet");
    expect(rig.pass(10_000).told).toEqual([]);
  });

  it("not in the first seconds of a process, which may not have heard of the cause yet", () => {
    const rig = new EngineRig();
    rig.see("web", "Health", "Active", { since: "2025-12-31T00:00:00Z" });
    expect(rig.pass(9).told).toEqual([]);
    expect(rig.pass(1).told).toEqual(["Open: shop/web: not healthy"]);
  });

  it("not for what is told elsewhere", () => {
    const rig = new EngineRig();
    rig.see("web", "Health", "Active", {}, false);
    expect(rig.pass(10_000).told).toEqual([]);
  });
});

describe("an episode closes", () => {
  it("when trouble has been away for a minute, and says how long it took", () => {
    const rig = new EngineRig();
    rig.see("web", "Health", "Active");
    rig.pass(720).see("web", "Health", "Quiet");
    expect(rig.pass(59).told).toEqual(["Open: shop/web: not healthy"]);
    expect(rig.pass(1).told).toEqual(["Resolved: shop/web: healthy again"]);
    expect(rig.messages[0]?.content.lines).toContain("resolved after 12m");
    rig.delivered();
    expect(rig.told).toEqual([]);
  });

  it("when its subject is deleted, at once", () => {
    const rig = new EngineRig();
    rig.see("web", "Health", "Active");
    rig.pass(130);
    rig.engine.gone({ kind: "Application", namespace: "shop", name: "web" }, rig.now.getTime());
    expect(rig.pass(0).messages[0]).toMatchObject({ closed: true, content: { lines: [expect.stringContaining("deleted after")] } });
  });

  it("when it does not fit the routes any more", () => {
    const rig = new EngineRig();
    rig.see("web", "Health", "Active", { severity: "Critical" });
    rig.pass(130).see("web", "Health", "Active", { severity: "Warning" }, false);
    expect(rig.pass(60).messages[0]).toMatchObject({ closed: true, content: { lines: [expect.stringContaining("not told here any more after")] } });
  });

  it("after a restart only when something was heard", () => {
    const rig = new EngineRig();
    rig.see("web", "Health", "Active");
    rig.pass(130).restart();
    expect(rig.pass(100_000).told).toEqual(["Reminder: shop/web: not healthy"]);
    rig.see("web", "Health", "Quiet");
    expect(rig.pass(60).told).toEqual(["Resolved: shop/web: healthy again"]);
  });

  it("after a restart when its subject is known to be gone", () => {
    const rig = new EngineRig();
    rig.see("web", "Health", "Active");
    rig.pass(130).restart();
    rig.engine.known(new Set(["Application/shop/other"]), rig.now.getTime());
    expect(rig.pass(0).messages[0]?.closed).toBe(true);
  });
});

describe("an open episode", () => {
  it("is told once, however often the same is seen", () => {
    const rig = new EngineRig();
    for (let minute = 0; minute < 60; minute += 1) {
      rig.see("web", "Health", "Active", { facts: { summary: `broken for ${minute}m` }, since: "2026-01-01T08:00:00Z" });
      rig.pass(60);
    }
    expect(rig.messages).toMatchObject([{ version: 1, calls: 1, steps: [] }]);
  });

  it("calls again when it gets worse, with a line in its thread", () => {
    const rig = new EngineRig();
    rig.see("web", "Health", "Active");
    rig.pass(130).see("web", "Health", "Active", { severity: "Critical", story: "worse" });
    expect(rig.pass(0).messages).toMatchObject([{ version: 2, calls: 2, steps: [{ number: 1 }], content: { severity: "Critical" } }]);
  });

  it("changes silently when its story does, with at most one line a minute", () => {
    const rig = new EngineRig();
    rig.see("web", "Drift", "Active");
    rig.pass(70);
    for (let count = 0; count < 20; count += 1) {
      rig.see("web", "Drift", "Active", { story: `${count}`, facts: { summary: `${count} differences` } });
      rig.pass(6);
    }
    expect(rig.messages[0]).toMatchObject({ calls: 1, content: { lines: ["19 differences"] } });
    expect(rig.messages[0]?.steps.length).toBeLessThanOrEqual(3);
  });

  it("reminds after 4 hours, then at twice the distance, at most a day", () => {
    const rig = new EngineRig();
    rig.see("web", "Health", "Active");
    const reminded = [...Array.from({ length: 72 }).keys()].map((_hour) => (rig.pass(3600).messages[0]?.calls ?? 0) - 1);
    expect(reminded.map((count, hour) => (count > (reminded[hour - 1] ?? 0) ? hour + 1 : 0)).filter((hour) => hour > 0)).toEqual([5, 13, 29, 53]);
  });

  it("that comes and goes is told as flapping, until nothing changes for half an hour", () => {
    const rig = new EngineRig();
    for (let count = 0; count < 5; count += 1) {
      rig.see("web", "Health", "Active", { story: `${count}` });
      rig.pass(130).see("web", "Health", "Quiet");
      rig.pass(70);
    }
    expect(rig.told.at(-1)).toMatch(/^Flapping/);
    rig.delivered();
    rig.see("web", "Health", "Active");
    rig.pass(40).see("web", "Health", "Quiet");
    expect(rig.pass(1_700).told).toEqual(["Flapping: shop/web: not healthy"]);
    expect(rig.pass(300).told).toEqual(["Resolved: shop/web: healthy again"]);
    expect(rig.engine.suppressed.get("Flapping")).toBe(1);
  });

  it("that flapped and then stays broken is simply open", () => {
    const rig = new EngineRig();
    for (let count = 0; count < 4; count += 1) {
      rig.see("web", "Health", "Active", { story: `${count}` });
      rig.pass(20).see("web", "Health", "Quiet");
      rig.pass(20);
    }
    expect(rig.told).toEqual([]);
    rig.see("web", "Health", "Active");
    expect(rig.told).toEqual(["Flapping: shop/web: not healthy"]);
    expect(rig.pass(1_799).told).toEqual(["Flapping: shop/web: not healthy"]);
    expect(rig.pass(1).told).toEqual(["Open: shop/web: not healthy"]);
  });
});
