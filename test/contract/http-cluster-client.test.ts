import type { HttpClusterClient } from "../../src/kube/client.ts";
import type { ClusterClient } from "../../src/ports.ts";
import { openCluster } from "../support/cluster.ts";
import { clusterClientContract } from "./cluster-client.ts";
import { reflectorContract } from "./reflector.ts";

const name = "a client of the API server";
const close = (client: ClusterClient): Promise<void> => (client as HttpClusterClient).close(); // what openCluster gave

clusterClientContract(name, openCluster, close);
reflectorContract(name, openCluster, close);
