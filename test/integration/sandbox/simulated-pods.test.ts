import { beforeAll, expect, test } from "vitest";
import { createNamespace, kubectl } from "../../support/control-plane.ts";

let namespace: string;

beforeAll(async () => {
  namespace = await createNamespace("pods");
});

const inNamespace = (...args: string[]): Promise<string> => kubectl(["-n", namespace, ...args]);
const apply = (manifest: string): Promise<string> => kubectl(["-n", namespace, "apply", "-f", "-"], { input: manifest });

interface Workload {
  readonly name: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

const deployment = ({ name, annotations = {} }: Workload): string =>
  JSON.stringify({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name }, annotations }, spec: { containers: [{ name: "main", image: "example/app:1" }] } },
    },
  });

test("a Deployment becomes Available within seconds", async () => {
  await apply(deployment({ name: "web" }));
  await inNamespace("wait", "--for=condition=Available", "deployment/web", "--timeout=10s");
  await expect(inNamespace("get", "deployment", "web", "-o", "jsonpath={.status.readyReplicas}")).resolves.toBe("2");
});

test("ready-after delays readiness", async () => {
  await apply(deployment({ name: "slow", annotations: { "sandbox.driftless.dev/ready-after": "2s" } }));
  await expect(inNamespace("wait", "--for=condition=Available", "deployment/slow", "--timeout=1s")).rejects.toThrow("timed out");
  await inNamespace("wait", "--for=condition=Available", "deployment/slow", "--timeout=10s");
});

test.each([
  ["Crash", "CrashLoopBackOff"],
  ["ImagePull", "ImagePullBackOff"],
])("the outcome %s shows as %s", async (outcome, reason) => {
  const name = outcome.toLowerCase();
  await apply(deployment({ name, annotations: { "sandbox.driftless.dev/outcome": outcome } }));
  const waiting = `jsonpath={.status.containerStatuses[0].state.waiting.reason}=${reason}`;
  // The Pods have to exist before kubectl can wait for their state.
  await inNamespace("wait", "--for=jsonpath={.status.unavailableReplicas}=2", `deployment/${name}`, "--timeout=10s");
  await inNamespace("wait", `--for=${waiting}`, "pod", "-l", `app=${name}`, "--timeout=10s");
});

test("the outcome NeverReady runs without becoming ready", async () => {
  await apply(deployment({ name: "unready", annotations: { "sandbox.driftless.dev/outcome": "NeverReady" } }));
  await inNamespace("wait", "--for=jsonpath={.status.unavailableReplicas}=2", "deployment/unready", "--timeout=10s");
  await inNamespace("wait", "--for=jsonpath={.status.phase}=Running", "pod", "-l", "app=unready", "--timeout=10s");
  await inNamespace("wait", "--for=condition=Ready=false", "pod", "-l", "app=unready", "--timeout=10s");
});

const job = (name: string, annotations: Readonly<Record<string, string>> = {}): string =>
  JSON.stringify({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name },
    spec: {
      backoffLimit: 0,
      template: { metadata: { annotations }, spec: { restartPolicy: "Never", containers: [{ name: "main", image: "example/job:1" }] } },
    },
  });

test("a Job completes, and fails when told to", async () => {
  await apply(job("good"));
  await apply(job("bad", { "sandbox.driftless.dev/outcome": "Crash" }));
  await inNamespace("wait", "--for=condition=Complete", "job/good", "--timeout=20s");
  await inNamespace("wait", "--for=condition=Failed", "job/bad", "--timeout=20s");
});

test("a StatefulSet gets its volumes, and they go with their claims", async () => {
  await apply(
    JSON.stringify({
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "db" },
      spec: {
        serviceName: "db",
        replicas: 2,
        selector: { matchLabels: { app: "db" } },
        template: {
          metadata: { labels: { app: "db" } },
          spec: { containers: [{ name: "main", image: "example/db:1", volumeMounts: [{ name: "data", mountPath: "/data" }] }] },
        },
        volumeClaimTemplates: [
          { metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } },
        ],
      },
    }),
  );
  await inNamespace("rollout", "status", "statefulset/db", "--timeout=20s");
  const volumes = (await inNamespace("get", "pvc", "-o", "jsonpath={.items[*].spec.volumeName}")).split(" ");
  expect(volumes).toHaveLength(2);
  await inNamespace("delete", "statefulset/db", "pvc/data-db-0", "pvc/data-db-1", "--timeout=20s");
  await inNamespace("wait", "--for=delete", ...volumes.map((volume) => `pv/${volume}`), "--timeout=20s");
});
