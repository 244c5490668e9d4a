import { describe, expect, it } from "vitest";
import { MAX_EPISODES } from "../../../src/notify/episode/rules.ts";
import { EngineRig } from "../../support/notify/engine-rig.ts";

const long = (text: string): string => text.repeat(5_000);

describe("the memory of a Notifier", () => {
  it("holds texts that are bounded and cannot steer a display", () => {
    const rig = new EngineRig();
    const finding = { object: `apps/Deployment/shop/${long("x")}`, class: "Modified" as const, path: long("/y"), live: long("z"), manager: long("m"), detectedAt: "2026-01-01T08:00:00Z" };
    rig.see("web", "Drift", "Active", { story: long("story"), facts: { summary: `\u001b[31m\u202e${long("s\n")}`, revision: long("r"), commit: { sha: long("a"), author: long("b"), message: long("c") }, findings: Array.from({ length: 200 }, () => finding), actors: Array.from({ length: 50 }, () => long("u")) } });
    const [message] = rig.pass(60).messages;
    expect(JSON.stringify(message).length).toBeLessThan(4_000);
    expect(message?.content.lines.at(-1)).toBe("+195 more");
    expect(JSON.stringify(rig.engine.state).length).toBeLessThan(12_000);
    expect(message?.content.lines.join("")).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  it("opens no more episodes than it can hold, and the others when there is room", () => {
    const rig = new EngineRig();
    const engine = rig.engine;
    for (let app = 0; app < MAX_EPISODES + 3; app += 1) {
      engine.observe({ subject: { kind: "Application", namespace: "shop", name: `app-${app}` }, class: "Health", state: "Active", severity: "Warning", story: "", reason: "", since: rig.now.toISOString(), group: undefined, source: undefined, security: false, facts: { summary: "" } }, true, rig.now.getTime());
    }
    rig.pass(0);
    expect(rig.pass(120).told).toHaveLength(MAX_EPISODES);
    expect(engine.suppressed.get("Full")).toBe(3);
    rig.see("app-0", "Health", "Quiet");
    rig.pass(60);
    rig.delivered();
    rig.pass(1);
    expect(rig.messages.map(({ content }) => content.subjects[0])).toContain(`shop/app-${MAX_EPISODES}`);
  });

  it("treats names such as __proto__ like any other", () => {
    const rig = new EngineRig();
    for (const name of ["__proto__", "constructor"]) rig.see(name, "Health", "Active");
    rig.pass(120).restart();
    expect(rig.told).toEqual(["Open: shop/__proto__: not healthy", "Open: shop/constructor: not healthy"]);
  });
});
