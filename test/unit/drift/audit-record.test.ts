import { describe, expect, test } from "vitest";
import { readAuditEvents } from "../../../drift/audit-record.ts";
import type { AuditRecord } from "../../../drift/audit-record.ts";
import type { Json, JsonObject } from "../../../src/object/json.ts";
import { auditEvent, eventList } from "../../support/audit-events.ts";

const read = (...events: Json[]): readonly AuditRecord[] => readAuditEvents(eventList(...events)) ?? [];
const without = (name: string): JsonObject => Object.fromEntries(Object.entries(auditEvent()).filter(([key]) => key !== name));

describe("an audit event is read", () => {
  test("as the API server writes it", () => {
    expect(read(auditEvent())).toEqual([
      {
        verb: "patch", group: "apps", resource: "deployments", subresource: "", namespace: "shop", name: "web",
        user: "alice@example.com", impersonator: undefined, groups: ["shop-team", "system:authenticated"],
        userAgent: "kubectl/v1.36.3 (linux/amd64) kubernetes/abc", manager: "kubectl-edit",
        receivedAt: Date.parse("2026-05-04T11:00:00.112Z"), answeredAt: Date.parse("2026-05-04T11:00:00.134Z"),
      },
    ]);
  });

  test("with the user that was acted for, and who acted", () => {
    const event = auditEvent({ impersonatedUser: { username: "bob", groups: ["b"] } });
    expect(read(event)[0]).toMatchObject({ user: "bob", impersonator: "alice@example.com", groups: ["b"] });
  });

  test.each([
    ["the first word of the User-Agent", { requestURI: "/apis/apps/v1/namespaces/shop/deployments/web" }, "kubectl"],
    ["what the request says", { requestURI: "/x?fieldManager=my%20team&force=true" }, "my team"],
    ["unknown without either", { requestURI: "/x", userAgent: "" }, "unknown"],
    ["a browser", { requestURI: "/x", userAgent: "Mozilla/5.0 (X11)" }, "Mozilla"],
  ])("under a manager: %s", (_, event, manager) => {
    expect(read(auditEvent(event))[0]?.manager).toBe(manager);
  });
});

describe("an audit event is left out that", () => {
  test.each<[string, Json]>([
    ["reads", auditEvent({ verb: "get" })],
    ["watches", auditEvent({ verb: "watch" })],
    ["was refused", auditEvent({ responseStatus: { code: 403 } })],
    ["was not answered", auditEvent({ responseStatus: {} })],
    ["is only begun", auditEvent({ stage: "RequestReceived" })],
    ["tries out", auditEvent({ requestURI: "/x?dryRun=All" })],
    ["writes a status", auditEvent({ objectRef: { resource: "deployments", subresource: "status" } })],
    ["is about no object", auditEvent({ objectRef: undefined })],
    ["names nobody", auditEvent({ user: { username: 7 } })],
    ["has no time", auditEvent({ requestReceivedTimestamp: "soon" })],
    ["is null", null],
    ["is a list", [[]]],
    ["has no verb", without("verb")],
    ["has a verb of JavaScript", auditEvent({ verb: "constructor" })],
  ])("%s", (_, event) => {
    expect(read(event)).toEqual([]);
  });
});

describe("hostile input", () => {
  test.each<Json>([null, [], "x", 7, {}, { kind: "EventList" }, { kind: "EventList", apiVersion: "audit.k8s.io/v1beta1" }, { kind: "EventList", apiVersion: "audit.k8s.io/v1", items: {} }, JSON.parse('{"__proto__":{"kind":"EventList","apiVersion":"audit.k8s.io/v1"}}') as Json])(
    "that is no list is told: %j",
    (body) => {
      expect(readAuditEvents(body)).toBeUndefined();
    },
  );

  test("an empty list is one", () => {
    expect([readAuditEvents(eventList()), readAuditEvents({ kind: "EventList", apiVersion: "audit.k8s.io/v1", items: null })]).toEqual([[], []]);
  });

  test("texts are cut, and hold nothing that steers a terminal", () => {
    const nasty = `\u001b[31m\u202Eeve\u0000\u2028${"x".repeat(5000)}`;
    const [record] = read(auditEvent({ userAgent: nasty, user: { username: nasty, groups: Array.from({ length: 100 }, () => nasty) }, requestURI: `/x?fieldManager=${"m".repeat(9000)}` }));
    expect(record?.groups).toHaveLength(16);
    for (const text of [record?.user, record?.userAgent, record?.manager, ...(record?.groups ?? [])]) {
      expect(text?.length).toBeLessThanOrEqual(256);
      expect(text).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028]/u);
    }
  });

  test("inherited members are none: names of JavaScript are keys as any other", () => {
    const event = JSON.parse('{"__proto__":{"verb":"patch"},"user":{"__proto__":{"username":"eve"}}}') as Json;
    expect(read(event)).toEqual([]);
  });

  test("of a list without end the first ten thousand count", () => {
    expect(read(...Array.from({ length: 12_000 }, () => auditEvent()))).toHaveLength(10_000);
  });
});
