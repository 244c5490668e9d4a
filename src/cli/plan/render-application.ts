import { render } from "../../../charts/render.ts";
import type { Rendered } from "../../../charts/rendered.ts";
import type { FileTree } from "../../../sources/file-tree.ts";
import type { Variables } from "../../../charts/substitute/substitute.ts";
import type { Application } from "../../api/application.ts";
import { missingSources, readSource } from "../../controllers/variable-source.ts";
import { joinVariables } from "../../controllers/variable-values.ts";
import { combineErrors } from "../../errors.ts";
import type { ClusterClient } from "../../ports.ts";

/** Renders what an Application would, with its own layer and the variables that the caller may read. */
export async function renderApplication(app: Application, tree: FileTree, cluster: ClusterClient, signal: AbortSignal): Promise<Rendered> {
  const { path = ".", render: { kustomize: overlay } = {} } = app.spec;
  return render(tree, { path, overlay, variables: await variablesOf(app, cluster, signal) });
}

async function variablesOf({ metadata: { namespace = "" }, spec }: Application, cluster: ClusterClient, signal: AbortSignal): Promise<Variables | undefined> {
  const substitute = spec.render?.substitute;
  if (substitute === undefined) return undefined;
  const { from = [] } = substitute;
  const reads = await Promise.all(from.map((source, index) => readSource(source, index, { cluster, namespace, account: undefined, signal })));
  const missing = missingSources(from, reads, namespace);
  if (missing.length > 0) throw combineErrors("VARIABLES_NOT_READY", missing);
  return joinVariables(substitute, reads);
}
