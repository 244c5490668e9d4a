import { mkdtemp, readFile } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { adminCluster } from "./support/admin-cluster.ts";
import { auditWiring, startOperator } from "../src/cli/up/environment.ts";
import { Narrator } from "../src/cli/up/narrator.ts";
import { startControlPlane } from "../src/sandbox/control-plane.ts";
const audit = await auditWiring();
await using stack = new AsyncDisposableStack();
const plane = await startControlPlane({ tier: "api", auditWebhook: audit.auditWebhook });
stack.defer(() => plane.stop());
const dir = await mkdtemp("/tmp/h7/x-");
const cluster = { ...(await adminCluster(plane, dir)), audit };
stack.defer(() => cluster.client.close());
const narrator = new Narrator({ stdout: process.stdout, stderr: process.stderr, env: {}, signal: new AbortController().signal });
try {
await startOperator(cluster, [], narrator, stack, new URL("../src/main.ts", import.meta.url).pathname);
const k = (...args: string[]) => execFileSync(plane.assets.kubectl, ["--kubeconfig", plane.kubeconfigPath, ...args], { encoding: "utf8" });
k("create", "ns", "a");
await new Promise((r) => setTimeout(r, 4000));
} finally {
console.log(await readFile(`${dir}/operator.log`, "utf8"));
console.log(execFileSync("sh", ["-c", `grep -vE 'AUDIT: id' ${plane.dir}/logs/kube-apiserver.log | cut -c1-400 | tail -12; curl -s -i -XPOST -H 'Authorization: Bearer ${audit.auditWebhook.token}' --data '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[]}' ${audit.auditWebhook.url}/audit`], { encoding: "utf8" }));
}
