/** The contract on the in-memory cluster; test/contract runs the same on a real API server. */
import { systemClock } from "../../../src/controllers/clock.ts";
import type { ClusterClient } from "../../../src/ports.ts";
import { clusterClientContract } from "../../contract/cluster-client.ts";
import { reflectorContract } from "../../contract/reflector.ts";
import { MemoryCluster } from "../../support/memory-cluster/memory-cluster.ts";

const name = "the in-memory cluster";
const open = (): Promise<ClusterClient> => Promise.resolve(new MemoryCluster({ clock: systemClock, control: "Automatic" }).client());
const close = (): Promise<void> => Promise.resolve();

clusterClientContract(name, open, close);
reflectorContract(name, open, close);
