/** What every ClusterClient keeps to, whether a real API server or an in-memory cluster stands behind it. */
import { afterAll, beforeAll, describe } from "vitest";
import type { ClusterClient, ResourceKind } from "../../src/ports.ts";
import { uniqueName } from "../support/control-plane.ts";
import { installWidgetCrd, servedKind } from "../support/widget-crd.ts";
import { describeAccounts } from "./accounts.ts";
import { describeLifecycle } from "./lifecycle.ts";
import { describeOwnership } from "./ownership.ts";
import { describeReads } from "./reads.ts";
import type { Suite } from "./suite.ts";
import { describeWatches } from "./watches.ts";
import { describeWrites } from "./writes.ts";

/** Runs the contract; `open` gives a client with all rights, `close` ends it. */
export function clusterClientContract(name: string, open: () => Promise<ClusterClient>, close: (client: ClusterClient) => Promise<void>): void {
  describe(`${name} as a ClusterClient`, () => {
    const suite = new OpenSuite();
    beforeAll(async () => suite.open(await open()));
    afterAll(() => close(suite.client));
    describeReads(suite);
    describeWrites(suite);
    describeWatches(suite);
    describeAccounts(suite);
    describeOwnership(suite);
    describeLifecycle(suite);
  });
}

class OpenSuite implements Suite {
  readonly group = `${uniqueName("contract")}.driftless.test`;
  // Set by open, which runs before any test.
  client!: ClusterClient;
  namespace!: string;
  configMaps!: ResourceKind;

  async open(client: ClusterClient): Promise<void> {
    this.client = client;
    this.namespace = await this.newNamespace();
    this.configMaps = await servedKind(client, "v1", "ConfigMap");
    await installWidgetCrd(client, this.group);
  }

  async newNamespace(): Promise<string> {
    const created = await this.client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: uniqueName("contract") } });
    return created.metadata.name;
  }
}
