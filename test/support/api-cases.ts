/** Resources that are right and resources with one mistake; the unit tests and the real API server must agree on them. */
import type { KindName } from "../../src/api/kinds.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";

/** A resource of ours from its spec. */
export function aResource(kind: KindName, spec: object, metadata: object = {}): KubeObject {
  return { apiVersion: "driftless.dev/v1alpha1", kind, metadata: { name: "shop", namespace: "default", ...metadata }, spec };
}

interface ValidCase {
  readonly name: string;
  readonly kind: KindName;
  readonly value: KubeObject;
}

interface InvalidCase extends ValidCase {
  /** Where parseResource sees the mistake. */
  readonly path: string;
}

const url = "https://git.example/shop.git";
const sourceRef = { kind: "GitSource", name: "shop" };
const valid = (name: string, kind: KindName, spec: object): ValidCase => ({ name, kind, value: aResource(kind, spec) });
const invalid = (name: string, kind: KindName, spec: object, path: string): InvalidCase => ({ ...valid(name, kind, spec), path });

const digest = "ab".repeat(32);
/** Spec of a Release; `plan` and `extra` replace what they name. */
export const releaseSpec = (plan: object = {}, extra: object = {}): object => ({
  application: "shop",
  generation: 1,
  revision: `main@sha1:${"a".repeat(40)}`,
  commit: { id: "a".repeat(40), author: "Ada <ada@example.com>", message: "Change the colour", committedAt: "2026-01-01T00:00:00Z" },
  plan: {
    content: "cd".repeat(32),
    summary: "1 to create",
    counts: { create: 1, configure: 0, adopt: 0, delete: 0, transfer: 0 },
    changes: [{ action: "Create", object: "/ConfigMap/shop/colours" }],
    ...plan,
  },
  ...extra,
});

export const validCases: readonly ValidCase[] = [
  valid("a GitSource with only a URL", "GitSource", { url }),
  valid("a plain http URL", "GitSource", { url: "http://git.shop.svc:3000/shop" }),
  valid("a branch", "GitSource", { url, ref: { branch: "main" } }),
  valid("a commit on a branch", "GitSource", { url, ref: { branch: "main", commit: "a".repeat(40) } }),
  valid("the shortest interval", "GitSource", { url, interval: "5s" }),
  valid("a long interval", "GitSource", { url, interval: "1h30m" }),
  valid("an interval of null, which counts as absent", "GitSource", { url, interval: null }),
  valid("a webhook", "GitSource", { url, webhook: { secretRef: { name: "hook" } } }),
  valid("an Application with only a source", "Application", { sourceRef }),
  valid("an Application with everything", "Application", { sourceRef, path: "overlays/prod", defaultNamespace: "shop", serviceAccountName: "deployer", suspend: true, sync: { prune: false, retry: { initial: "2s", max: "1m" } } }),
  valid("an empty path", "Application", { sourceRef, path: "" }),
  valid("a Release that needs no approval", "Release", releaseSpec()),
  valid("a Release that was approved", "Release", releaseSpec({ digest, covers: "abcdefgh" }, { approval: { planDigest: digest, reason: "looked at it" } })),
  valid("a Release of 200 changes", "Release", releaseSpec({ changes: Array.from({ length: 200 }, (_change, index) => ({ action: "Delete", object: `/ConfigMap/shop/${index}` })), truncated: 7 })),
  valid("a DriftReport", "DriftReport", { application: "shop" }),
];

export const invalidCases: readonly InvalidCase[] = [
  invalid("no URL", "GitSource", {}, "spec.url"),
  invalid("credentials in the URL", "GitSource", { url: "https://me:secret@git.example/shop.git" }, "spec.url"),
  invalid("another protocol", "GitSource", { url: "file:///etc" }, "spec.url"),
  invalid("a URL of 2,049 characters", "GitSource", { url: `https://${"a".repeat(2041)}` }, "spec.url"),
  invalid("branch and tag together", "GitSource", { url, ref: { branch: "main", tag: "v1" } }, "spec.ref"),
  invalid("tag and commit together", "GitSource", { url, ref: { tag: "v1", commit: "a".repeat(40) } }, "spec.ref"),
  invalid("a short commit", "GitSource", { url, ref: { commit: "4f2c9d" } }, "spec.ref.commit"),
  invalid("an empty branch", "GitSource", { url, ref: { branch: "" } }, "spec.ref.branch"),
  invalid("an interval of four seconds", "GitSource", { url, interval: "4s" }, "spec"),
  invalid("an interval of 4,999 milliseconds", "GitSource", { url, interval: "4999ms" }, "spec"),
  invalid("an interval without a unit", "GitSource", { url, interval: "60" }, "spec.interval"),
  invalid("a negative interval", "GitSource", { url, interval: "-5m" }, "spec.interval"),
  invalid("a number for an interval", "GitSource", { url, interval: 60 }, "spec.interval"),
  invalid("a text for a switch", "GitSource", { url, suspend: "yes" }, "spec.suspend"),
  invalid("a webhook without a secret", "GitSource", { url, webhook: {} }, "spec.webhook.secretRef"),
  invalid("a list for an object", "GitSource", { url, ref: ["main"] }, "spec.ref"),
  invalid("no source", "Application", { path: "overlays/prod" }, "spec.sourceRef"),
  invalid("a source of another kind", "Application", { sourceRef: { kind: "GitRepository", name: "shop" } }, "spec.sourceRef.kind"),
  invalid("an absolute path", "Application", { sourceRef, path: "/etc" }, "spec.path"),
  invalid("a namespace that is too long", "Application", { sourceRef, defaultNamespace: "n".repeat(64) }, "spec.defaultNamespace"),
  invalid("a retry delay that is no duration", "Application", { sourceRef, sync: { retry: { max: "soon" } } }, "spec.sync.retry.max"),
  invalid("an unknown field", "Application", { sourceRef, image: "x" }, "spec.image"),
  invalid("an unknown field further down", "Application", { sourceRef, sync: { pruning: true } }, "spec.sync.pruning"),
  invalid("a Release of 201 changes", "Release", releaseSpec({ changes: Array.from({ length: 201 }, (_change, index) => ({ action: "Delete", object: `/ConfigMap/shop/${index}` })) }), "spec.plan.changes"),
  invalid("a change of no known kind", "Release", releaseSpec({ changes: [{ action: "Explode", object: "/ConfigMap/shop/x" }] }), "spec.plan.changes[0].action"),
  invalid("an approval of another plan", "Release", releaseSpec({ digest }, { approval: { planDigest: "cd".repeat(32) } }), "spec"),
  invalid("an approval of a Release that needs none", "Release", releaseSpec({}, { approval: { planDigest: digest } }), "spec"),
  invalid("an approval that is no digest", "Release", releaseSpec({ digest }, { approval: { planDigest: "yes" } }), "spec.approval.planDigest"),
  invalid("a DriftReport about nothing", "DriftReport", {}, "spec.application"),
];
