import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Channel, Outgoing } from "../../../src/notify/channels/channel.ts";
import type { MessageContent } from "../../../src/notify/message.ts";
import { openTo } from "../../support/notify/channel-cases.ts";
import { alertmanagerPath, startAlertmanager } from "../../support/notify/real-alertmanager.ts";
import type { RealAlertmanager } from "../../support/notify/real-alertmanager.ts";
import { HOSTILE, typicalMessages } from "../../support/notify/typical.ts";

const { signal } = new AbortController();

const message = (changes: Partial<MessageContent>): Outgoing => {
  const subject = changes.subjects?.[0] ?? "shop/api";
  const content = { ...typicalMessages["something is not healthy"], subjects: [subject], openedAt: new Date(Date.now() - 60_000).toISOString(), updatedAt: new Date().toISOString(), ...changes } as MessageContent; // it is there
  return { key: { episode: `episode of ${subject}`, step: 0 }, content, repeated: false };
};

/* Without an installed Alertmanager the contract suite still holds the channel against the rules of its API. */
describe.skipIf(alertmanagerPath === undefined)("a real Alertmanager", () => {
  let server: RealAlertmanager;
  let channel: Channel;
  let now = new Date();
  const open = (): Promise<Channel> => openTo({ spec: { alertmanager: { url: server.url } }, secrets: {} }, { now: () => now });
  const active = async (application: string): Promise<unknown[]> =>
    (await server.active()).filter(({ labels }) => labels["application"] === application).map(({ labels, annotations }) => [labels["severity"], annotations["summary"]]);

  beforeAll(async () => {
    server = await startAlertmanager(alertmanagerPath ?? "");
    channel = await open();
  });
  afterAll(async () => {
    await channel.close();
    await server.stop();
  });

  test("fires while an episode is open, and ends with it", async () => {
    const ref = await channel.post(message({}), signal);
    expect(await server.active()).toMatchObject([{ labels: { alertname: "DriftlessHealth", namespace: "shop", application: "api", severity: "Warning", installation: "test" }, annotations: { summary: "shop/api: not healthy" } }]);
    await channel.update(ref, message({ title: "shop/api: worse" }), signal);
    expect(await active("api")).toEqual([["Warning", "shop/api: worse"]]);
    await channel.update(ref, message({ state: "Resolved", severity: "Info" }), signal);
    await expect.poll(() => active("api")).toEqual([]);
  });

  test("has one alert when the severity changes", async () => {
    const subjects = ["shop/rising"];
    const ref = await channel.post(message({ subjects }), signal);
    await channel.update(ref, message({ subjects, severity: "Critical" }), signal);
    await expect.poll(() => active("rising")).toEqual([["Critical", "shop/api: not healthy"]]);
  });

  test("takes an end that is told by an operator that has restarted since", async () => {
    const subjects = ["shop/left"];
    const ref = await channel.post(message({ subjects }), signal);
    const later = await open();
    await later.update(ref, message({ subjects, state: "Resolved" }), signal);
    await later.close();
    await expect.poll(() => active("left")).toEqual([]);
  });

  test("lets an alert end that is not told again", async () => {
    now = new Date(Date.now() - 15 * 60_000 + 1000);
    await channel.post(message({ subjects: ["shop/forgotten"], openedAt: new Date(now.getTime() - 1000).toISOString() }), signal);
    now = new Date();
    expect(await active("forgotten")).toHaveLength(1);
    await expect.poll(() => active("forgotten"), { timeout: 10_000 }).toEqual([]);
  });

  test("takes whatever text there is", async () => {
    for (const text of HOSTILE) await channel.post(message({ subjects: [`hostile/${text}`], title: text, lines: [text], fields: [{ name: text, value: text }] }), signal);
    expect((await server.active()).filter(({ labels }) => labels["namespace"] === "hostile").length).toBe(HOSTILE.length);
  });
});
