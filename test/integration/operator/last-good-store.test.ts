import { createCipheriv } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compose } from "../../../reconciler/compose.ts";
import type { EffectiveObject } from "../../../reconciler/effective.ts";
import { identityOf } from "../../../reconciler/identity.ts";
import type { AppIdentity } from "../../../reconciler/identity.ts";
import { chunkRef, chunkSelector, LAST_GOOD_TYPE } from "../../../reconciler/last-good-secret.ts";
import type { Application } from "../../../src/api/application.ts";
import { yamlDocuments } from "../../../src/cli/documents.ts";
import { installManifests } from "../../../src/cli/install/manifests.ts";
import { OPERATOR_NAME } from "../../../src/cli/install/names.ts";
import { tenantManifests } from "../../../src/cli/install/tenant.ts";
import { systemClock } from "../../../src/controllers/clock.ts";
import { LastGoodStore } from "../../../src/controllers/last-good-store.ts";
import { messageOf } from "../../../src/errors.ts";
import { HttpClusterClient } from "../../../src/kube/client.ts";
import { loadClusterAccess } from "../../../src/kube/config.ts";
import { valueAt } from "../../../src/object/json.ts";
import { asJson } from "../../../src/object/kube-object.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import type { ObjectRef } from "../../../src/ports.ts";
import { pollUntil } from "../../../src/sandbox/poll.ts";
import { openCluster } from "../../support/cluster.ts";
import { createNamespace, kubectl, sharedControlPlane, uniqueName } from "../../support/control-plane.ts";
import { kindOf, renderedFrom } from "../../support/desired.ts";
import { MemoryLogger } from "../../support/memory-logger.ts";

const operatorNamespace = uniqueName("driftless");
const { signal } = new AbortController();
let admin: HttpClusterClient;
/** With the rights of the operator's own account, as installed. */
let operator: HttpClusterClient;
let namespace: string;

const applyAll = (objects: readonly KubeObject[]): Promise<string> => kubectl(["apply", "--server-side", "--force-conflicts", "-f", "-"], { input: yamlDocuments(objects) });

beforeAll(async () => {
  admin = await openCluster();
  await applyAll(installManifests({ namespace: operatorNamespace, image: "driftless:test", tenants: [] }).filter(({ kind }) => kind !== "Deployment"));
  namespace = await createNamespace("stored");
  await applyAll(tenantManifests({ namespace, account: "deployer", operatorNamespace }));
  operator = await openAsOperator();
  await pollUntil({ what: "the new rights and the policy are known", deadlineMs: 20_000, probe: async () => (await refusalOf(secret("probe", "Opaque"))).includes("the operator writes Secrets of type") });
});
afterAll(() => Promise.all([admin.close(), operator.close()]));

async function openAsOperator(): Promise<HttpClusterClient> {
  const access = await loadClusterAccess({ kubeconfig: sharedControlPlane().kubeconfigPath });
  const token = (await kubectl(["create", "token", OPERATOR_NAME, "-n", operatorNamespace])).trim();
  const { tls } = await access.credentials();
  const credentials = () => Promise.resolve({ headers: { authorization: `Bearer ${token}` }, tls: { ...tls, cert: undefined, key: undefined } });
  return new HttpClusterClient({ ...access, credentials }, { clock: systemClock, random: Math.random });
}

const refusalOf = (object: KubeObject): Promise<string> => operator.create(object).then(() => "", messageOf);
const secret = (name: string, type: string, where = namespace, rest: object = {}): KubeObject => ({ apiVersion: "v1", kind: "Secret", metadata: { name, namespace: where, ...rest }, type });
const refOf = (name: string, where = namespace): ObjectRef => ({ apiVersion: "v1", kind: "Secret", namespace: where, name });

/** An Application that no operator acts on. */
async function newApp(where = namespace): Promise<Application> {
  const app = { apiVersion: "driftless.dev/v1alpha1", kind: "Application", metadata: { name: uniqueName("app"), namespace: where }, spec: { suspend: true, sourceRef: { kind: "GitSource", name: "none" } } };
  return (await admin.create(app)) as unknown as Application; // the API server has validated it
}

const afterApply = (app: Application): Application => ({ ...app, status: { lastAppliedRevision: "main@sha1:1" } });
const identity = (app: Application): AppIdentity => identityOf("inst-1", { namespace: app.metadata.namespace ?? "", name: app.metadata.name });
const desired = (app: Application, yaml: string): readonly EffectiveObject[] => compose(renderedFrom(yaml), { identity: identity(app), defaultNamespace: namespace, kindOf }).objects;
const storeOf = (logger = new MemoryLogger()): LastGoodStore => new LastGoodStore({ cluster: operator, clock: systemClock, logger, key: Buffer.alloc(32, 1) });
const headOf = (app: Application): Promise<KubeObject | undefined> => admin.get(chunkRef(app, { digest: "" }, 0));

/** 2 MiB that do not get smaller. */
const noise = (seed: string): string => createCipheriv("aes-128-ctr", seed.repeat(16), Buffer.alloc(16)).update(Buffer.alloc(2 * 1024 * 1024)).toString("base64");
/** The stored text of a Secret of one chunk. */
const textIn = (object: KubeObject | undefined): string => {
  const packed = valueAt(object && asJson(object), ["data", "content"]);
  return typeof packed === "string" ? gunzipSync(Buffer.from(packed, "base64")).toString("utf8") : "";
};

const CONFIG = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: one}}";
const CANARY = "canary-7f3a";
const SECRET = `{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {password: ${CANARY}}}`;

describe("what the operator stores as itself", () => {
  test("is one Secret that goes with its Application and holds no Secret's values", async () => {
    const app = await newApp();
    expect(await storeOf().save(app, "main@sha1:1", desired(app, `${CONFIG}\n---\n${SECRET}`), signal)).toEqual({ kind: "Stored" });
    const head = await headOf(app);
    expect(head).toMatchObject({ type: LAST_GOOD_TYPE, metadata: { ownerReferences: [{ uid: app.metadata.uid }], annotations: { "driftless.dev/last-good-revision": "main@sha1:1" } } });
    const text = textIn(head);
    expect(text).toContain('"a":"one"');
    expect(text).not.toMatch(new RegExp(`${CANARY}|${Buffer.from(CANARY).toString("base64").slice(0, 12)}`));
  });

  test("comes back after a restart as it was desired, and the same set is not written again", async () => {
    const app = await newApp();
    const objects = desired(app, `${CONFIG}\n---\n${SECRET}`);
    await storeOf().save(app, "main@sha1:1", objects, signal);
    const before = (await headOf(app))?.metadata.resourceVersion;
    const store = storeOf();
    const loaded = await store.load(afterApply(app), { identity: identity(app) }, signal);
    expect([...(loaded?.values() ?? [])].map(({ object, valuesWithheld }) => [object.key, object.digest === objects.find(({ key }) => key === object.key)?.digest, valuesWithheld])).toEqual([
      [`/ConfigMap/${namespace}/a`, true, false],
      [`/Secret/${namespace}/s`, false, true],
    ]);
    expect(await store.save(afterApply(app), "main@sha1:2", objects, signal)).toEqual({ kind: "Unchanged" });
    expect(await storeOf().save(afterApply(app), "main@sha1:2", objects, signal)).toEqual({ kind: "Unchanged" });
    expect((await headOf(app))?.metadata.resourceVersion).toBe(before);
  });

  test("may take several Secrets, and none of an older set stays", async () => {
    const app = await newApp();
    const large = (seed: string): readonly EffectiveObject[] => desired(app, CONFIG).map((item) => ({ ...item, digest: seed, initial: { ...item.initial, data: { a: noise(seed) } } }));
    const names = async (): Promise<string[]> => (await kubectl(["get", "secret", "-n", namespace, "-l", chunkSelector(app), "-o", "name"])).trim().split("\n");
    const store = storeOf();
    await store.save(app, "main@sha1:1", large("a"), signal);
    const first = await names();
    await store.save(afterApply(app), "main@sha1:2", large("b"), signal);
    const second = await names();
    expect([first.length, second.length, first.filter((name) => second.includes(name)).length]).toEqual([3, 3, 1]);
    const loaded = await storeOf().load(afterApply(app), { identity: identity(app) }, signal);
    expect([...(loaded?.values() ?? [])].map(({ object }) => (object.object["data"] as { a: string }).a === noise("b"))).toEqual([true]);
  });

  test("is not written over a Secret of somebody else's that has the name", async () => {
    const app = await newApp();
    await admin.create(secret(chunkRef(app, { digest: "" }, 0).name, "Opaque"));
    const logger = new MemoryLogger();
    expect(await storeOf(logger).save(app, "main@sha1:1", desired(app, CONFIG), signal)).toMatchObject({ kind: "NotStored", message: expect.stringMatching(/field is immutable; delete the Secret/) as string });
    expect(await storeOf(logger).load(afterApply(app), { identity: identity(app) }, signal)).toBeUndefined();
    expect((await headOf(app))?.["type"]).toBe("Opaque");
  });

  test("needs the tenant's Role: without it the way out is told", async () => {
    const elsewhere = await createNamespace("foreign");
    const app = await newApp(elsewhere);
    expect(await storeOf().save(app, "main@sha1:1", desired(app, CONFIG), signal)).toMatchObject({ kind: "NotStored", message: expect.stringMatching(/secrets.*is forbidden.*driftless install --only tenants/s) as string });
  });
});

describe("the operator's account may not", () => {
  const token = { annotations: { "kubernetes.io/service-account.name": "default" } };

  test("have a token of an account made for it", async () => {
    for (const where of [namespace, operatorNamespace]) await expect(operator.create(secret("token", "kubernetes.io/service-account-token", where, token))).rejects.toMatchObject({ status: 403 });
  });

  test("change or delete a tenant's Secret", async () => {
    await admin.create({ ...secret("theirs", "Opaque"), data: { a: "b25l" } });
    const change = operator.patch(refOf("theirs"), { data: { a: "dHdv" } }, { type: "merge" });
    await expect(change).rejects.toMatchObject({ status: 403 });
    await expect(operator.delete(refOf("theirs"), { propagationPolicy: "Background" })).rejects.toMatchObject({ status: 403 });
    expect((await admin.get(refOf("theirs")))?.["data"]).toEqual({ a: "b25l" });
  });

  test("write any Secret where no tenant is", async () => {
    await expect(operator.create(secret("x", LAST_GOOD_TYPE, "kube-system"))).rejects.toMatchObject({ status: 403 });
  });
});
