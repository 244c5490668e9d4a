import type { Cluster } from "../../src/cli/up/environment.ts";
import { ClusterView } from "../../src/cli/up/cluster-view.ts";
import { kubectlWith } from "../../src/cli/up/kubectl.ts";
import { systemClock } from "../../src/controllers/clock.ts";
import { HttpClusterClient } from "../../src/kube/client.ts";
import { loadClusterAccess } from "../../src/kube/config.ts";
import type { ControlPlane } from "../../src/sandbox/control-plane.ts";

/**
 * A control plane as `driftless up` sees its cluster: with the administrator's rights, `dir` for what the operator
 * writes. The caller closes the client and stops the view.
 */
export async function adminCluster({ kubeconfigPath, assets }: Pick<ControlPlane, "kubeconfigPath" | "assets">, dir: string): Promise<Cluster> {
  const client = new HttpClusterClient(await loadClusterAccess({ kubeconfig: kubeconfigPath }), { clock: systemClock, random: Math.random, userAgent: "driftless-test" });
  return {
    client,
    kubeconfig: kubeconfigPath,
    kubectlPath: assets.kubectl,
    kubectl: kubectlWith(assets.kubectl, kubeconfigPath),
    view: new ClusterView(client, systemClock),
    dir,
    supervisor: assets.supervisor,
  };
}
