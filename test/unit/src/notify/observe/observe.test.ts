import { describe, expect, it } from "vitest";
import { gate } from "../../../../../reconciler/gate/gate.ts";
import type { Application } from "../../../../../src/api/application.ts";
import type { DriftFinding, DriftReport } from "../../../../../src/api/drift-report.ts";
import type { GitSource } from "../../../../../src/api/git-source.ts";
import type { Condition } from "../../../../../src/api/meta.ts";
import type { Release } from "../../../../../src/api/release.ts";
import type { Observation } from "../../../../../src/notify/observation.ts";
import { observeApplication } from "../../../../../src/notify/observe/observe-application.ts";
import { observeDrift } from "../../../../../src/notify/observe/observe-drift.ts";
import { observeSource } from "../../../../../src/notify/observe/observe-source.ts";
import { configMapEntry, gatedPlan } from "../../../../support/gated-plan.ts";

const AT = "2026-01-01T00:00:00Z";
const META = { name: "web", namespace: "shop", labels: { team: "cart" } };

function is(text: string): Condition {
  const [type = "", status = "", reason = ""] = text.split(" ");
  return { type, status: status as Condition["status"], reason, message: `message of ${reason}`, lastTransitionTime: AT }; // written so below
}

const appWith = (...conditions: string[]): Application => ({
  apiVersion: "driftless.dev/v1alpha1", kind: "Application", metadata: META,
  spec: { sourceRef: { kind: "GitSource", name: "shop" } },
  status: { conditions: conditions.map(is), lastAttemptedRevision: "main@sha1:a" },
});

const releaseWith = (condition: string): Release => ({
  apiVersion: "driftless.dev/v1alpha1", kind: "Release", metadata: { name: "web-7", namespace: "shop" },
  spec: { application: "web", generation: 1, revision: "main@sha1:b", commit: { id: "b", author: "Ann", message: "faster" }, plan: { content: "", summary: "", counts: { create: 0, configure: 1, adopt: 0, delete: 0, transfer: 0 }, changes: [] } },
  status: { conditions: [is(condition)], completedAt: "2026-01-01T00:05:00Z" },
});

const texts = (observations: readonly Observation[]): string[] => observations.map(({ class: kind, state, severity, story, reason }) => [kind, state, severity, reason, story].join(" ").trimEnd());

const WELL = ["Ready True ReconciliationSucceeded", "Synced True Applied", "Healthy True Healthy", "Drifted False NoDrift"];

describe("what is observed of an Application", () => {
  it.each<[string, string[], string | undefined, string[]]>([
    ["all is well after a release", WELL, "Succeeded True Succeeded", ["Deploy Quiet Info Succeeded", "Health Quiet Info Healthy", "Policy Quiet Info Applied"]],
    ["never looked at", [], undefined, []],
    ["a release goes on, health is on its way", ["Ready Unknown Progressing", "Synced True Applied", "Healthy Unknown Progressing"], "Succeeded Unknown InProgress", ["Deploy Running Info InProgress web-7", "Policy Quiet Info Applied"]],
    ["a release has failed", ["Ready False ApplyFailed", "Synced False ApplyFailed", "Healthy True Healthy"], "Succeeded False Failed", ["Deploy Active Critical Failed web-7/Failed", "Health Quiet Info Healthy", "Policy Quiet Info ApplyFailed"]],
    ["a commit does not build", ["Ready False BuildFailed", "Synced False BuildFailed", "Healthy True Healthy"], "Succeeded True Succeeded", ["Deploy Active Warning BuildFailed BuildFailed", "Health Quiet Info Healthy", "Policy Quiet Info BuildFailed"]],
    ["objects are broken", ["Ready False HealthCheckFailed", "Synced True Applied", "Healthy False HealthCheckFailed"], "Succeeded True Succeeded", ["Deploy Quiet Info Succeeded", "Health Active Critical HealthCheckFailed HealthCheckFailed", "Policy Quiet Info Applied"]],
    ["an approval is awaited", ["Ready Unknown AwaitingApproval", "Synced False AwaitingApproval", "Healthy True Healthy"], "Succeeded Unknown AwaitingApproval", ["Deploy Quiet Info AwaitingApproval", "Health Quiet Info Healthy", "Policy Active Warning AwaitingApproval AwaitingApproval"]],
    ["a window is closed", ["Ready Unknown WindowClosed", "Synced False WindowClosed", "Healthy True Healthy"], "Succeeded Unknown WindowClosed", ["Deploy Quiet Info WindowClosed", "Health Quiet Info Healthy", "Policy Active Info WindowClosed WindowClosed"]],
    ["a fight goes on", [...WELL.slice(0, 3), "Drifted True FightDetected"], undefined, ["Deploy Quiet Info Applied", "Health Quiet Info Healthy", "Policy Active Warning FightDetected FightDetected"]],
    ["it is suspended", ["Ready Unknown Suspended", "Synced False ApplyFailed", "Healthy False HealthCheckFailed"], "Succeeded False Failed", ["Deploy Quiet Info Suspended", "Health Quiet Info Suspended", "Policy Quiet Info Suspended"]],
    ["its deletion is blocked", ["Ready False DeletionBlocked", "Synced True Applied"], undefined, ["Deploy Quiet Info Applied", "Policy Active Warning DeletionBlocked DeletionBlocked"]],
    ["a later release took the place of one that failed", WELL, "Succeeded False Superseded", ["Deploy Quiet Info Superseded", "Health Quiet Info Healthy", "Policy Quiet Info Applied"]],
  ])("%s", (_name, conditions, attempt, expected) => {
    expect(texts(observeApplication({ app: appWith(...conditions), release: attempt === undefined ? undefined : releaseWith(attempt) }))).toEqual(expected);
  });

  const [A, B] = ["a".repeat(40), "b".repeat(40)];
  const tried = (revision: string, ...conditions: string[]): Application => {
    const app = appWith(...conditions);
    return { ...app, status: { ...app.status, lastAttemptedRevision: revision, lastAppliedRevision: `main@sha1:${A}` } };
  };

  it("names the author of content that does not build, where the source knows them, and not the one before", () => {
    const source: GitSource = { apiVersion: "driftless.dev/v1alpha1", kind: "GitSource", metadata: META, spec: { url: "https://example.com/a.git" }, status: { artifact: { revision: `main@sha1:${B}`, digest: "sha1:0", author: "Bob", message: "break it", fetchedAt: AT } } };
    const app = tried(`main@sha1:${B}`, "Ready False BuildFailed", "Synced False BuildFailed");
    const [known] = observeApplication({ app, release: releaseWith("Succeeded False Failed"), source });
    expect(known).toMatchObject({ state: "Active", reason: "BuildFailed", facts: { revision: `main@sha1:${B}`, commit: { sha: B, author: "Bob", message: "break it" } } });
    const [unknown] = observeApplication({ app, release: releaseWith("Succeeded True Succeeded") });
    expect(unknown?.facts.commit).toEqual({ sha: B, author: undefined, message: undefined });
  });

  it("blames no commit for a cluster or a source that fails after it had succeeded", () => {
    const [deploy] = observeApplication({ app: tried("main@sha1:b", "Ready False ClusterUnreachable", "Synced False ClusterUnreachable"), release: releaseWith("Succeeded True Succeeded") });
    expect(deploy).toMatchObject({ state: "Active", facts: { revision: "main@sha1:b" } });
    expect([deploy?.facts.commit, deploy?.facts.release]).toEqual([undefined, undefined]);
  });

  it("shows no command of which the end would be cut off", () => {
    const facts = { sync: { approval: "Manual" }, dependencies: { kind: "Open" }, members: 1, approval: () => ({ namespace: "shop", release: "web-8", planDigest: "f".repeat(64), approved: false }) } as const;
    const { apply } = gate(gatedPlan({ entries: [configMapEntry("Create", "a")] }), facts, new Date(AT));
    const message = apply.kind === "Closed" ? apply.message : "";
    expect(message).toContain("kubectl patch");
    const app = appWith("Ready Unknown AwaitingApproval");
    const synced = { ...is("Synced False AwaitingApproval"), message };
    const policy = observeApplication({ app: { ...app, status: { ...app.status, conditions: [is("Ready Unknown AwaitingApproval"), synced] } }, release: undefined }).find(({ class: kind }) => kind === "Policy");
    expect(policy?.facts.summary).toMatch(/^changes from the source wait for approval .*condition Synced/);
    expect(policy?.facts.summary).not.toContain("kubectl patch");
  });

  it("blames what runs for health, and not the commit that waits for a yes", () => {
    const health = observeApplication({ app: tried("main@sha1:b", "Ready False HealthCheckFailed", "Synced False AwaitingApproval", "Healthy False HealthCheckFailed"), release: releaseWith("Succeeded Unknown AwaitingApproval") }).find(({ class: kind }) => kind === "Health");
    expect(health).toMatchObject({ state: "Active", facts: { revision: `main@sha1:${A}` } });
    expect(health?.facts.commit).toBeUndefined();
  });

  it("names commit, release and the group of all that one commit made", () => {
    const [deploy] = observeApplication({ app: appWith(...WELL), release: releaseWith("Succeeded True Succeeded") });
    expect(deploy).toMatchObject({ group: "shop/shop@main@sha1:b", source: "shop/shop", since: "2026-01-01T00:05:00Z", facts: { release: "web-7", commit: { sha: "b", author: "Ann", message: "faster" }, labels: { team: "cart" } } });
  });
});

const finding = (path: string, more: Partial<DriftFinding> = {}): DriftFinding => ({ object: "apps/Deployment/shop/web", class: "Modified", path, detectedAt: AT, action: "Report", manager: "kubectl-edit", ...more });

const reportWith = (status: DriftReport["status"]): DriftReport => ({ apiVersion: "driftless.dev/v1alpha1", kind: "DriftReport", metadata: META, spec: { application: "web" }, ...(status === undefined ? {} : { status }) });

const storyOf = (...findings: DriftFinding[]) => observeDrift(appWith(...WELL), reportWith({ findings }))[0]?.story;

describe("what is observed of drift", () => {
  it("is quiet while differences are just being reverted, and counts them", () => {
    const [observed] = observeDrift(appWith(...WELL), reportWith({ findings: [finding("/spec/a", { action: "Revert" })], revertedTotal: 12, reverted: [finding("/spec/c"), finding("/spec/b")] }));
    expect(observed).toMatchObject({ state: "Quiet", story: "", corrected: { total: 12, newest: [{ path: "/spec/b" }, { path: "/spec/c" }] } });
  });

  it("is active while differences stay, with those who made them", () => {
    const [observed] = observeDrift(appWith(...WELL), reportWith({ total: 7, truncated: 1, findings: [finding("/spec/a", { user: "alice" }), finding("/spec/b", { detectedAt: "2025-12-31T00:00:00Z" }), ...["c", "d", "e", "f"].map((name) => finding(`/spec/${name}`))] }));
    expect(observed).toMatchObject({ state: "Active", severity: "Warning", security: false, since: "2025-12-31T00:00:00Z", facts: { summary: "7 differences in 1 object, left as they are until somebody decides (spec.drift of the Application)", moreFindings: 2, actors: ["alice", "kubectl-edit"] } });
  });

  it("says when it is undone, where that is so of all", () => {
    const [observed] = observeDrift(appWith(...WELL), reportWith({ findings: [finding("/spec/a", { action: "RevertAfter", revertAt: "2026-01-01T01:00:00Z" })] }));
    expect(observed?.facts.summary).toBe("1 difference in 1 object, undone from 2026-01-01T01:00:00Z on, unless somebody settles it before");
  });

  it("is critical where it decides what somebody may do", () => {
    expect(observeDrift(appWith(...WELL), reportWith({ findings: [finding("/spec/a", { security: true })] }))[0]).toMatchObject({ severity: "Critical", security: true });
  });

  it("tells the same story whatever the values are, and another one for another place", () => {
    expect(storyOf(finding("/spec/a", { live: "1" }), finding("/spec/b"))).toBe(storyOf(finding("/spec/b"), finding("/spec/a", { live: "2", detectedAt: "2026-02-01T00:00:00Z" })));
    expect(storyOf(finding("/spec/a"))).not.toBe(storyOf(finding("/spec/b")));
  });

  it("is quiet without a report", () => {
    expect(observeDrift(appWith(...WELL), undefined)[0]).toMatchObject({ state: "Quiet", corrected: { total: 0, newest: [] } });
  });
});

const sourceWith = (condition: string, suspend = false): GitSource => ({ apiVersion: "driftless.dev/v1alpha1", kind: "GitSource", metadata: META, spec: { url: "https://example.com/a", suspend }, status: { conditions: [is(condition)] } });

describe("what is observed of a source", () => {
  it.each<[string, GitSource, string[]]>([
    ["it cannot be fetched", sourceWith("Ready False GitUnreachable"), ["Source Active Warning GitUnreachable GitUnreachable"]],
    ["it was fetched", sourceWith("Ready True ArtifactStored"), ["Source Quiet Info ArtifactStored"]],
    ["it is on its way", sourceWith("Ready Unknown Progressing"), []],
    ["it is suspended while it fails", sourceWith("Ready False GitUnreachable", true), ["Source Quiet Info GitUnreachable"]],
  ])("%s", (_name, given, expected) => {
    expect(texts(observeSource(given))).toEqual(expected);
  });
});
