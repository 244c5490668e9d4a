import { describe, expect, it } from "vitest";
import { inhibits } from "../../../src/notify/episode/inhibition.ts";
import type { Track } from "../../../src/notify/episode/state.ts";
import { EngineRig, correction, plainTimes } from "../../support/notify/engine-rig.ts";

const track = (name: string, kind: Track["class"], more: Partial<Track> = {}): Track => ({
  subject: { kind: kind === "Source" ? "GitSource" : "Application", namespace: "shop", name }, class: kind, routed: true, state: "Active", severity: "Warning", story: "", reason: "Trouble", source: "shop/repo", security: false, since: 0,
  brief: { summary: "", lines: [], more: 0, findings: 0, actors: [] }, flips: [], ...more,
});

describe("what inhibits what", () => {
  it.each<[string, Track, Track, boolean]>([
    ["a source that fails, what is stale because of it", track("repo", "Source"), track("web", "Deploy", { reason: "SourceNotReady" }), true],
    ["a source that fails, what failed for itself", track("repo", "Source"), track("web", "Deploy", { reason: "ApplyFailed" }), false],
    ["another source, what is stale", track("other", "Source"), track("web", "Deploy", { reason: "SourceNotReady" }), false],
    ["a running deployment, health", track("web", "Deploy", { state: "Running" }), track("web", "Health"), true],
    ["a running deployment, drift", track("web", "Deploy", { state: "Running" }), track("web", "Drift"), true],
    ["a running deployment, drift that decides what somebody may do", track("web", "Deploy", { state: "Running" }), track("web", "Drift", { security: true }), false],
    ["a running deployment, health of another Application", track("api", "Deploy", { state: "Running" }), track("web", "Health"), false],
    ["a failed deployment that is told, health", track("web", "Deploy", { episode: "x" }), track("web", "Health"), true],
    ["a failed deployment that nobody is told of, health", track("web", "Deploy"), track("web", "Health"), false],
    ["an unreachable cluster, everything", track("web", "Policy", { reason: "ClusterUnreachable" }), track("repo", "Source"), true],
    ["an unreachable cluster, itself", track("web", "Policy", { reason: "ClusterUnreachable" }), track("api", "Policy", { reason: "ClusterUnreachable" }), false],
  ])("%s: %#", (_name, blocker, blocked, expected) => {
    expect(inhibits(blocker, blocked)).toBe(expected);
    expect(inhibits(blocked, blocker)).toBe(false);
  });
});

describe("what is inhibited", () => {
  it("is counted in the message that explains it, and opens when that is over and it is still true", () => {
    const rig = new EngineRig();
    rig.see("repo", "Source", "Active", { reason: "GitUnauthorized" });
    for (const name of ["a", "b"]) rig.see(name, "Deploy", "Active", { reason: "SourceNotReady" });
    expect(rig.pass(1_000).messages).toMatchObject([{ content: { class: "Source", suppressed: 2, lines: expect.arrayContaining(["2 messages about what follows from it are held back while it lasts"]) as string[] } }]);
    expect(rig.engine.suppressed.get("Inhibited")).toBe(2);
    rig.see("a", "Deploy", "Quiet");
    rig.see("repo", "Source", "Quiet");
    rig.pass(70);
    expect(rig.told).toEqual(["Resolved: Source shop/repo: fetched again", "Failed: Deployment failed: shop/b"]);
  });

  it("waits anew when it is free: a rollout leaves its health the time to settle", () => {
    const rig = new EngineRig();
    rig.deploy("web", "a", "Running");
    rig.see("web", "Health", "Active");
    rig.pass(600);
    rig.deploy("web", "a", "Quiet");
    rig.pass(20);
    rig.delivered();
    expect(rig.pass(99).told).toEqual([]);
    expect(rig.pass(1).told).toEqual(["Open: shop/web: not healthy"]);
  });
});

describe("corrected drift", () => {
  it("goes to the digest, each correction once, over restarts and gaps", () => {
    const rig = new EngineRig();
    const tell = (total: number): void => rig.see("web", "Drift", "Quiet", { corrected: { total, newest: Array.from({ length: Math.min(total, 50) }, (_, index) => correction(rig.now, { path: `/spec/${total - index}` })) } });
    tell(3);
    tell(3);
    rig.restart();
    tell(3);
    tell(70);
    expect(rig.told).toEqual([]);
    rig.pass(3_600);
    expect(rig.messages).toMatchObject([{ closed: true, content: { state: "Digest", title: "Drift corrected: 70 in 1 Application", lines: [expect.stringContaining("shop/web: 70, by kubectl-edit (")] } }]);
    rig.delivered();
    tell(70);
    expect(rig.pass(10_000).told).toEqual([]);
    expect(rig.engine.suppressed.get("Digest")).toBe(70);
  });

  it("from before this memory began is not told", () => {
    const rig = new EngineRig();
    rig.see("web", "Drift", "Quiet", { corrected: { total: 40, newest: [correction(new Date("2025-12-31T00:00:00Z")), correction(rig.now)] } });
    expect(rig.pass(3_600).messages[0]?.content.title).toBe("Drift corrected: 1 in 1 Application");
  });

  it("that decides what somebody may do is told at once, and over a minute later", () => {
    const rig = new EngineRig();
    rig.see("web", "Drift", "Quiet", { corrected: { total: 1, newest: [correction(rig.now, { security: true })] } });
    expect(rig.messages).toMatchObject([{ closed: false, content: { severity: "Critical", lines: [expect.stringContaining("reverted: ")] } }]);
    expect(rig.pass(120).messages[0]?.closed).toBe(true);
  });

  it("that decides what somebody may do is told where only critical things are; the rest is not", () => {
    const rig = new EngineRig();
    const corrected = { total: 2, newest: [correction(rig.now), correction(rig.now, { security: true })] };
    rig.see("web", "Drift", "Quiet", { corrected }, true, (severity) => severity === "Critical");
    rig.pass(120);
    rig.delivered();
    expect(rig.engine.suppressed.size).toBe(0);
    expect(rig.pass(7_200).told).toEqual([]);
    rig.see("web", "Drift", "Quiet", { corrected: { total: 3, newest: [...corrected.newest, correction(rig.now, { security: true })] } }, true, (severity) => severity === "Critical");
    expect(rig.told).toEqual(["Open: Drift in shop/web"]);
  });

  it("that comes again and again is told at once, as long as it does", () => {
    const rig = new EngineRig();
    for (let total = 1; total <= 6; total += 1) {
      rig.see("web", "Drift", "Quiet", { corrected: { total, newest: Array.from({ length: total }, () => correction(rig.now)) } });
      expect(rig.told).toHaveLength(total > 5 ? 1 : 0);
    }
    expect(rig.messages[0]?.content.lines[0]).toContain("again and again: apps/Deployment/shop/web /spec/replicas");
    rig.pass(1_800);
    expect(rig.pass(60).messages[0]?.closed).toBe(true);
  });

  it("is one digest, though many Applications drift, and no second one before the first was delivered", () => {
    const rig = new EngineRig();
    for (let app = 0; app < 300; app += 1) rig.see(`app-${app}`, "Drift", "Quiet", { corrected: { total: 2, newest: [correction(rig.now), correction(rig.now)] } });
    rig.pass(3_600).see("web", "Drift", "Quiet", { corrected: { total: 1, newest: [correction(rig.now)] } });
    expect(rig.pass(3_600).messages).toMatchObject([{ content: { lines: expect.arrayContaining(["580 in other Applications"]) as string[] } }]);
    rig.delivered();
    expect(rig.pass(0).told).toEqual(["Digest: Drift corrected: 1 in 1 Application"]);
  });
});

describe("quiet hours", () => {
  const end = Date.parse("2026-01-01T10:00:00Z");
  const night = { ...plainTimes, quietUntil: (at: number) => (at < end ? end : undefined) };

  it("hold back what is not critical, and tell at their end what is still true", () => {
    const rig = new EngineRig(night);
    rig.see("stays", "Health", "Active");
    rig.see("goes", "Health", "Active", { since: "2026-01-01T08:00:01Z" });
    rig.see("grave", "Health", "Active", { severity: "Critical" });
    rig.pass(600).see("goes", "Health", "Quiet");
    expect(rig.pass(6_000).told).toEqual(["Open: shop/grave: not healthy"]);
    expect(rig.pass(600).told).toEqual(["Open: shop/grave: not healthy", "Open: shop/stays: not healthy", "Digest: What came and went in quiet hours"]);
    expect(rig.messages.at(-1)?.content).toMatchObject({ suppressed: 1, lines: ["1 episode came and went while quiet hours lasted"] });
    expect(rig.engine.suppressed.get("QuietHours")).toBe(2);
  });

  it("leave what was told before as it is, and tell its end when they are over", () => {
    const rig = new EngineRig();
    rig.see("web", "Health", "Active");
    rig.pass(130).engine.configure(night);
    rig.see("web", "Health", "Quiet");
    expect(rig.pass(3_000).messages).toMatchObject([{ version: 1, closed: false }]);
    rig.restart(night);
    expect(rig.pass(6_000).messages).toMatchObject([{ version: 2, closed: true }]);
  });
});
