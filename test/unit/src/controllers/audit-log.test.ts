import { beforeEach, describe, expect, test } from "vitest";
import { AuditLog } from "../../../../src/controllers/audit-log.ts";
import type { JoinFinding } from "../../../../src/controllers/audit-log.ts";
import { auditToken } from "../../../../src/controllers/audit-token.ts";
import type { DriftFinding } from "../../../../src/api/drift-report.ts";
import type { Json, JsonObject } from "../../../../src/object/json.ts";
import type { KubeObject } from "../../../../src/object/kube-object.ts";
import type { ResourceKind } from "../../../../src/ports.ts";
import { auditEvent, eventList } from "../../../support/audit-events.ts";
import { MemoryLogger } from "../../../support/memory-logger.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

const WEB = "apps/Deployment/shop/web";
const OWN = "system:serviceaccount:driftless-system:driftless";
const edit: DriftFinding = { object: WEB, class: "Modified", path: "/spec/paused", actor: "Person", confidence: "Likely", manager: "kubectl-edit", operation: "Update", changedAt: "2026-05-04T11:00:00Z", detectedAt: "2026-05-04T11:00:00Z" };
const deletion: DriftFinding = { object: WEB, class: "Missing", actor: "Unknown", confidence: "Guess", detectedAt: "2026-05-04T11:00:00Z" };
const deleted = (user: string, second: number, more: JsonObject = {}): JsonObject =>
  auditEvent({ verb: "delete", requestURI: "/x", user: { username: user }, requestReceivedTimestamp: `2026-05-04T11:00:0${second}.100000Z`, stageTimestamp: `2026-05-04T11:00:0${second}.120000Z`, ...more });
const scale = (user: string, at: string): JsonObject =>
  auditEvent({ user: { username: user }, requestURI: "/x?fieldManager=kubectl", objectRef: { resource: "deployments", subresource: "scale", namespace: "shop", name: "web", apiGroup: "apps" }, requestReceivedTimestamp: `${at}.100000Z`, stageTimestamp: `${at}.120000Z` });

const kind = (name: string, plural: string, group = "apps"): ResourceKind => ({ group, version: "v1", kind: name, plural, namespaced: true, verbs: [], subresources: [] });

/** A cluster that serves these kinds, and reports that keep what they are told. */
class World {
  readonly clock = new VirtualClock("2026-05-04T11:00:00Z");
  readonly logger = new MemoryLogger();
  served = [kind("Deployment", "deployments"), kind("Namespace", "namespaces", "")];
  lookUps = 0;
  findings: DriftFinding[] = [];
  user: string | undefined = OWN;
  readonly log = new AuditLog({
    cluster: {
      kinds: async () => {
        this.lookUps += 1;
        return this.served;
      },
      create: async (object: KubeObject) => {
        if (this.user === undefined) throw new Error("not found");
        return { ...object, status: { userInfo: { username: this.user } } };
      },
    },
    clock: this.clock, logger: this.logger, ownUser: OWN, signal: new AbortController().signal,
    complete: (object, join) => this.#complete(object, join),
  });

  async tell(...events: Json[]): Promise<void> {
    expect(this.log.receive(eventList(...events))).toBe(true);
    await this.log.settled();
  }

  /** As the recorder does. */
  record(finding: DriftFinding): void {
    this.findings.push(this.log.known(finding));
  }

  get users(): (string | undefined)[] {
    return this.findings.map(({ user }) => user);
  }

  #complete(object: string, join: JoinFinding): void {
    this.findings = this.findings.map((finding) => (finding.object === object ? (join(finding) ?? finding) : finding));
  }
}

let world: World;
beforeEach(() => {
  world = new World();
});

describe("a finding and its request come together", () => {
  test("whichever is first", async () => {
    world.record(edit);
    expect(world.users).toEqual([undefined]);
    await world.tell(auditEvent());
    world.record(edit);
    expect(world.users).toEqual(["alice@example.com", "alice@example.com"]);
  });

  test("after bodies without anything that counts", async () => {
    world.record(edit);
    await world.tell();
    await world.tell(auditEvent({ verb: "get" }));
    await world.tell(auditEvent());
    expect(world.users).toEqual(["alice@example.com"]);
  });

  test("where the namespace was deleted", async () => {
    world.record(deletion);
    await world.tell(deleted("bob", 0, { objectRef: { resource: "namespaces", name: "shop" } }));
    expect(world.users).toEqual(["bob"]);
  });

  test("one after the other, although events come late and together", async () => {
    world.record(deletion);
    world.record({ ...deletion, detectedAt: "2026-05-04T11:00:04Z" });
    await world.tell(deleted("bob", 0));
    expect(world.users).toEqual(["bob", undefined]);
    await world.tell(deleted("alice", 4));
    expect(world.users).toEqual(["bob", "alice"]);
  });

  test("and a name is taken back when a later event shows that it may have been somebody else", async () => {
    world.record(edit);
    await world.tell(auditEvent());
    expect(world.findings[0]).toMatchObject({ user: "alice@example.com", confidence: "Certain" });
    await world.tell(auditEvent({ user: { username: "bob" } }));
    expect(world.findings).toEqual([edit]);
    world.record({ ...edit, path: "/spec/replicas" });
    expect(world.users).toEqual([undefined, undefined]);
  });

  test("and what the report has added stays", async () => {
    world.record(edit);
    world.findings = world.findings.map((finding) => ({ ...finding, action: "Revert", revertedAt: "2026-05-04T11:00:01Z" }));
    await world.tell(auditEvent());
    await world.tell(auditEvent({ objectRef: { resource: "deployments", namespace: "shop", name: "cart", apiGroup: "apps" } }));
    expect(world.findings).toEqual([{ ...edit, action: "Revert", revertedAt: "2026-05-04T11:00:01Z", user: "alice@example.com", groups: ["shop-team", "system:authenticated"], userAgent: "kubectl/v1.36.3 (linux/amd64) kubernetes/abc", confidence: "Certain", changedAt: "2026-05-04T11:00:00.112Z" }]);
  });

  test("a name that another process found stays", async () => {
    world.findings.push({ ...edit, user: "carol" });
    await world.tell(auditEvent());
    expect(world.users).toEqual(["carol"]);
  });

  test("never for a request that came before an earlier look", async () => {
    world.record({ ...deletion, detectedAt: "2026-05-04T11:00:01Z" });
    world.record({ ...deletion, detectedAt: "2026-05-04T11:00:04Z" });
    world.findings.shift(); // its report was full
    await world.tell(deleted("bob", 0));
    expect(world.users).toEqual([undefined]);
  });
});

describe("a field that differs for a while and is changed once more keeps the time of its first difference, and", () => {
  const scaled: DriftFinding = { object: WEB, class: "Modified", path: "/spec/replicas", live: "5", actor: "Person", confidence: "Likely", manager: "kubectl", operation: "Update/scale", detectedAt: "2026-05-04T11:00:00Z" };
  const gone: DriftFinding = { object: WEB, class: "Missing", path: "/spec/replicas", actor: "Unknown", confidence: "Guess", detectedAt: "2026-05-04T11:00:00Z" };

  test.each<[string, DriftFinding, (user: string, at: string) => JsonObject]>([
    ["another value", { ...scaled, live: "7" }, scale],
    ["its removal", gone, (user, at) => auditEvent({ user: { username: user }, requestReceivedTimestamp: `${at}.100000Z`, stageTimestamp: `${at}.120000Z` })],
  ])("%s is not told with the name of who made the first", async (_name, second, request) => {
    world.record(scaled);
    await world.tell(scale("ann", "2026-05-04T11:00:00"));
    await world.clock.advance(300_000);
    world.record(second);
    expect(world.users).toEqual(["ann", undefined]);
    await world.tell(request("bob", "2026-05-04T11:05:00"));
    expect(world.users).toEqual(["ann", "bob"]);
    expect(world.findings.map(({ detectedAt }) => detectedAt)).toEqual([scaled.detectedAt, scaled.detectedAt]);
  });

  test("another value after a restart is not told with the name of who wrote when the first was seen", async () => {
    await world.clock.advance(60_000);
    world.record({ ...scaled, live: "7", detectedAt: "2026-05-04T10:59:00Z" });
    await world.tell(scale("ann", "2026-05-04T10:59:00"));
    expect(world.users).toEqual([undefined]);
    await world.tell(scale("bob", "2026-05-04T11:01:00"));
    expect(world.users).toEqual(["bob"]);
  });
});

describe("left out is", () => {
  test("what we wrote ourselves, whoever we acted as", async () => {
    world.record(edit);
    await world.tell(auditEvent({ user: { username: OWN }, impersonatedUser: { username: "system:serviceaccount:shop:deployer" } }));
    expect(world.users).toEqual([undefined]);
  });

  test("our own by program only, where a person has our identity too", async () => {
    world.user = "alice@example.com";
    world.record(edit);
    await world.tell(auditEvent({ userAgent: "driftless/0.1.0" }));
    expect(world.users).toEqual([undefined]);
    await world.tell(auditEvent());
    expect(world.users).toEqual(["alice@example.com"]);
  });

  test("what is of no served kind, which does not make us ask again and again", async () => {
    for (let index = 0; index < 5; index += 1) await world.tell(auditEvent({ objectRef: { resource: `r${index}`, name: "x" } }));
    expect(world.lookUps).toBe(1);
    world.served = [...world.served, kind("Gadget", "gadgets", "example.com")];
    await world.clock.advance(30_000);
    const gadget = { ...edit, object: "example.com/Gadget/shop/web" };
    world.record(gadget);
    await world.tell(auditEvent({ objectRef: { resource: "gadgets", apiGroup: "example.com", namespace: "shop", name: "web" } }));
    expect([world.users, world.lookUps]).toEqual([["alice@example.com"], 2]);
  });
});

test("a server without SelfSubjectReview leaves us the name that install gives", async () => {
  world.user = undefined;
  world.record(edit);
  await world.tell(auditEvent({ user: { username: OWN } }));
  await world.tell(auditEvent());
  expect(world.users).toEqual(["alice@example.com"]);
});

test("what is no list of events is refused; the first list is logged once", async () => {
  expect([world.log.receive({}), world.log.receive(null)]).toEqual([false, false]);
  await world.tell();
  await world.tell();
  expect(world.logger.lines.map(({ message }) => message)).toEqual(["audit events arrive: drift is told with the names of users"]);
});

test("the token follows from the installation's key and does not show it", () => {
  const [key, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  expect(auditToken(key)).toBe(auditToken(key));
  expect(auditToken(key)).not.toBe(auditToken(other));
  expect(auditToken(key)).toMatch(/^[\w-]{43}$/);
});
