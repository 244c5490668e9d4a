import { randomBytes } from "node:crypto";
import type { ValuesText } from "../../../charts/helm-options.ts";
import type { Answer, Need, RemoteBaseNeed } from "../../../charts/needs.ts";
import type { Artifact } from "../../../sources/source.ts";
import type { HelmSpec } from "../../api/render-spec.ts";
import { CHART_VALUES, chartSources } from "../../controllers/chart-values-store.ts";
import { lookUp } from "../../controllers/cluster-answers.ts";
import { helmOptionsOf, randomSecret } from "../../controllers/helm-options.ts";
import { readInstallationKey } from "../../controllers/installation.ts";
import { DEFAULT_NAMESPACE } from "../install/names.ts";
import { render } from "../../../charts/render.ts";
import type { Rendered } from "../../../charts/rendered.ts";
import type { Variables } from "../../../charts/substitute/substitute.ts";
import type { Application } from "../../api/application.ts";
import { renderAnswered } from "../../controllers/render-answered.ts";
import { missingSources, readSource } from "../../controllers/variable-source.ts";
import { joinVariables, variableValues } from "../../controllers/variable-values.ts";
import { combineErrors } from "../../errors.ts";
import type { ClusterClient } from "../../ports.ts";

/** Where values, remote bases and answers of the cluster come from. */
export interface RenderSources {
  readonly cluster: ClusterClient;
  /** Fetches a remote base. */
  readonly bases: (need: RemoteBaseNeed) => Promise<Answer>;
  readonly now: Date;
  readonly signal: AbortSignal;
}

/**
 * Renders what an Application would, with its own layer and the values that the caller may read. Who has no access to the
 * installation's key cannot tell what its charts make at random: such values are others here.
 */
export async function renderApplication(app: Application, { tree, commit }: Artifact, sources: RenderSources): Promise<Rendered> {
  const { cluster, now, signal } = sources;
  const { path = ".", render: { kustomize: overlay, helm: chart = {} } = {} } = app.spec;
  const [variables, valuesFrom, secret] = await Promise.all([variablesOf(app, cluster, signal), chartTextsOf(app, chart, cluster, signal), secretOf(cluster, signal)]);
  const helm = helmOptionsOf(app, { valuesFrom, secret, now });
  return renderAnswered((answers) => render(tree, { path, overlay, helm, variables, answers }), { answer: (need) => answerTo(need, commit.committedAt, sources), signal });
}

async function answerTo(need: Need, time: Date, { cluster, bases, signal }: RenderSources): Promise<Answer> {
  switch (need.kind) {
    case "RemoteBase":
      return bases(need);
    case "Time":
      return { kind: "Value", value: time.getTime() };
    case "Capabilities": {
      const { kubeVersion, apiVersions } = await cluster.capabilities(signal);
      return { kind: "Value", value: { kubeVersion, apiVersions: [...apiVersions] } };
    }
    case "Lookup":
      return lookUp(need, { cluster, account: undefined, signal });
  }
}

/** The installation's own where the caller may read it. */
async function secretOf(cluster: ClusterClient, signal: AbortSignal): Promise<Uint8Array> {
  const key = await readInstallationKey(cluster, DEFAULT_NAMESPACE, signal).catch(() => undefined); // whoever may not read it plans with other values
  return randomSecret(key ?? randomBytes(32));
}

async function chartTextsOf({ metadata: { namespace = "" } }: Application, spec: HelmSpec, cluster: ClusterClient, signal: AbortSignal): Promise<readonly ValuesText[]> {
  const sources = chartSources(spec);
  const { field, valuesOf, join } = CHART_VALUES;
  const reads = await Promise.all(sources.map((source, index) => readSource(source, { field: `${field}[${index}]`, valuesOf }, { cluster, namespace, account: undefined, signal })));
  const missing = missingSources(sources, reads, namespace, field);
  if (missing.length > 0) throw combineErrors("VARIABLES_NOT_READY", missing);
  return join(spec, reads);
}

async function variablesOf({ metadata: { namespace = "" }, spec }: Application, cluster: ClusterClient, signal: AbortSignal): Promise<Variables | undefined> {
  const substitute = spec.render?.substitute;
  if (substitute === undefined) return undefined;
  const { from = [] } = substitute;
  const field = "spec.render.substitute.from";
  const reads = await Promise.all(from.map((source, index) => readSource(source, { field: `${field}[${index}]`, valuesOf: (object, { kind }) => variableValues(object, kind) }, { cluster, namespace, account: undefined, signal })));
  const missing = missingSources(from, reads, namespace, field);
  if (missing.length > 0) throw combineErrors("VARIABLES_NOT_READY", missing);
  return joinVariables(substitute, reads);
}
