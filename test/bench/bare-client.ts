import { Pool } from "undici";
import { FIELD_MANAGER, ORIGIN_ANNOTATION, PART_OF_LABEL } from "../../src/api/group.ts";
import { loadClusterAccess } from "../../src/kube/config.ts";
import { forEachBounded } from "../../reconciler/each.ts";
import type { Rig } from "./rig.ts";

const CONNECTIONS = 32;
const CONTENT = "application/apply-patch+yaml";

/** Server-side applies of ready-made bodies, with nothing around them: what undici and this API server can do. Answers with the seconds it took. */
export async function applyBare(rig: Rig, namespace: string, count: number): Promise<number> {
  const access = await loadClusterAccess({ kubeconfig: rig.cluster.kubeconfig });
  const { headers, tls } = await access.credentials();
  const connect = { ca: tls.ca ?? "", cert: tls.cert ?? "", key: tls.key ?? "" };
  const pool = new Pool(access.server, { connections: CONNECTIONS, pipelining: 1, connect });
  const bodies = Array.from({ length: count }, (_, index) => ({ name: `cm-${index}`, body: JSON.stringify(configMap(namespace, `cm-${index}`)) }));
  try {
    const began = performance.now();
    await forEachBounded(bodies, CONNECTIONS, async ({ name, body }) => {
      const path = `/api/v1/namespaces/${namespace}/configmaps/${name}?fieldManager=${FIELD_MANAGER}&force=true`;
      const answer = await pool.request({ method: "PATCH", path, headers: { ...headers, "content-type": CONTENT, "user-agent": "bare" }, body });
      const text = await answer.body.text();
      if (answer.statusCode !== 201) throw new Error(`the bare client was answered ${answer.statusCode}: ${text}`);
      JSON.parse(text);
    }, rig.signal);
    return (performance.now() - began) / 1000;
  } finally {
    await pool.close();
  }
}

/** What the operator sends for the same object: content, label and origin are as long. */
function configMap(namespace: string, name: string): object {
  const labels = { [PART_OF_LABEL]: `applyset-${"a".repeat(43)}-v1` };
  const annotations = { [ORIGIN_ANNOTATION]: `01234567-89ab-cdef/${namespace}/bench#/ConfigMap/${namespace}/${name}` };
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, labels, annotations }, data: { value: "start", text: "x".repeat(200) } };
}
