import { describe, expect, it } from "vitest";
import { EngineRig } from "../../support/notify/engine-rig.ts";

const warnings = (severity: string): boolean => severity !== "Info";

describe("a deployment", () => {
  it("that is never seen running is told once, at its end", () => {
    const rig = new EngineRig();
    rig.deploy("web", "a", "Quiet");
    rig.pass(100);
    rig.delivered();
    rig.deploy("web", "b", "Quiet");
    expect(rig.pass(9).told).toEqual([]);
    expect(rig.pass(1).messages).toMatchObject([{ version: 1, closed: true, content: { state: "Resolved", title: "Deployed shop/web" } }]);
    rig.delivered();
    rig.deploy("web", "b", "Quiet");
    rig.restart();
    rig.deploy("web", "b", "Quiet");
    expect(rig.pass(100).told).toEqual([]);
  });

  it("that was over before this memory began is no news", () => {
    const rig = new EngineRig();
    rig.see("web", "Deploy", "Quiet", { reason: "Succeeded", since: "2025-12-31T00:00:00Z", facts: { summary: "", release: "web-1" } });
    expect(rig.pass(100).told).toEqual([]);
  });

  it("that takes longer than a minute is told while it runs, and at its end in the same message", () => {
    const rig = new EngineRig();
    rig.deploy("web", "a", "Running");
    expect(rig.pass(60).told).toEqual(["Progress: Deploying shop/web"]);
    const [{ key } = { key: "" }] = rig.messages;
    rig.deploy("web", "a", "Quiet");
    expect(rig.pass(10).messages).toMatchObject([{ key, closed: true, content: { state: "Resolved", title: "Deployed shop/web" } }]);
  });

  it("that waits for approval has not succeeded", () => {
    const rig = new EngineRig();
    rig.deploy("web", "a", "Quiet");
    rig.pass(100);
    rig.delivered();
    rig.see("web", "Deploy", "Quiet", { reason: "AwaitingApproval", facts: { summary: "", release: "web-b" } });
    expect(rig.pass(1_000).told).toEqual([]);
  });

  it("of one commit to many Applications is one message, that names who fails and hides no number", () => {
    const rig = new EngineRig();
    const names = Array.from({ length: 30 }, (_, index) => `app-${String(index).padStart(2, "0")}`);
    for (const name of names) rig.deploy(name, "abc", "Running");
    rig.pass(30);
    for (const name of names.slice(0, 20)) rig.deploy(name, "abc", "Quiet");
    expect(rig.pass(30).told).toEqual(["Progress: Deploying 30 Applications: abc"]);
    rig.deploy("app-25", "abc", "Active");
    const [message] = rig.pass(5).messages;
    expect(message).toMatchObject({ closed: false, content: { state: "Failed", severity: "Critical", lines: expect.arrayContaining(["shop/app-25: failed", "+20 more: 20 done"]) as string[] } });
    expect(message?.content.subjects).toHaveLength(10);
    for (const name of names.slice(20)) rig.deploy(name, "abc", "Quiet");
    expect(rig.pass(10).messages).toMatchObject([{ closed: true, content: { state: "Resolved", title: "Deployed 30 Applications: abc" } }]);
  });

  it("that failed and was left for another commit ends as failed; the other one is told for itself", () => {
    const rig = new EngineRig();
    rig.deploy("web", "a", "Active");
    rig.pass(30);
    rig.deploy("web", "b", "Running");
    rig.pass(1);
    rig.deploy("web", "b", "Quiet");
    rig.pass(20);
    expect(rig.told).toEqual(["Failed: Deployment failed and was left: shop/web", "Resolved: Deployed shop/web"]);
    expect(rig.messages.every(({ closed }) => closed)).toBe(true);
  });

  it("that another one took the place of before it was done has not succeeded, and neither has a suspended one", () => {
    const rig = new EngineRig();
    rig.deploy("web", "a", "Running");
    rig.pass(70);
    rig.deploy("web", "b", "Running");
    expect(rig.pass(1).messages).toMatchObject([{ closed: true, content: { state: "Resolved", outcome: "Left", title: "Deployment was left: shop/web" } }]);
    rig.delivered();
    rig.pass(70);
    rig.see("web", "Deploy", "Quiet", { reason: "Suspended" });
    const [message] = rig.pass(1).messages;
    expect(message?.content).toMatchObject({ outcome: "Left", title: "Deployment was left: shop/web" });
    expect(message?.content.lines.at(-1)).toMatch(/^suspended after/);
  });

  it("whose beginning nobody saw is not said to have taken any time", () => {
    const rig = new EngineRig();
    rig.deploy("web", "a", "Quiet");
    expect(rig.pass(20).messages[0]?.content.lines.filter((line) => line.includes("after"))).toEqual([]);
  });

  it("that succeeds fast is not told where only trouble is", () => {
    const rig = new EngineRig();
    rig.see("web", "Deploy", "Quiet", { reason: "Succeeded", facts: { summary: "", release: "web-1" } }, true, warnings);
    expect(rig.pass(1_000).told).toEqual([]);
    rig.deploy("web", "2", "Active");
    rig.pass(20).see("web", "Deploy", "Quiet", { reason: "Succeeded", facts: { summary: "", release: "web-2" } }, true, warnings);
    expect(rig.pass(20).told).toEqual(["Resolved: Deployed shop/web"]);
  });

  it("of Applications that are not told here is not told", () => {
    const rig = new EngineRig();
    rig.see("web", "Deploy", "Running", { facts: { summary: "", release: "a" } }, false);
    rig.see("web", "Deploy", "Quiet", { reason: "Succeeded", facts: { summary: "", release: "a" } }, false);
    expect(rig.pass(1_000).told).toEqual([]);
  });
});
