/**
 * Kinds of other operators that the generic rule would get wrong: those that are not ready before their first status is
 * written, those that say it by another condition than Ready or by a phase, those whose "not ready" is final.
 */
import type { KubeObject } from "../../src/object/kube-object.ts";
import { conditionOf, explain, textAt } from "./fields.ts";
import type { StatusCondition } from "./fields.ts";
import { commonHealth } from "./generic.ts";
import { current, failed, inProgress } from "./health.ts";
import type { Health } from "./health.ts";

type Rule = (object: KubeObject) => Health | undefined;

/** Health by one condition: True is healthy, none yet is on its way; what False means is told by `whenFalse`. */
function byCondition(type: string, whenFalse: (condition: StatusCondition) => "Failed" | "InProgress" = () => "InProgress"): Rule {
  return (object) => {
    const common = commonHealth(object);
    if (common !== undefined) return common;
    const condition = conditionOf(object, type);
    if (condition === undefined) return inProgress("NotReported", `${type} not reported yet`);
    if (condition.status === "True") return current(explain(condition, type.toLowerCase()));
    const [reason, message] = [condition.reason || `Not${type}`, explain(condition, `${type} is ${condition.status}`)];
    return condition.status === "False" && whenFalse(condition) === "Failed" ? failed(reason, message) : inProgress(reason, message);
  };
}

/** Health by a phase: the named ones are healthy or failed, all others on their way. `messagePath`: where its message is, default nowhere. */
function byPhase(path: string, healthy: readonly string[], broken: readonly string[], messagePath?: string): Rule {
  return (object) => {
    const phase = textAt(object, path);
    const message = (messagePath === undefined ? "" : textAt(object, messagePath)) || (phase === "" ? "no state reported yet" : phase.toLowerCase());
    if (healthy.includes(phase)) return current(message);
    return broken.includes(phase) ? failed(phase, message) : inProgress(phase || "NotReported", message);
  };
}

const final = (): "Failed" => "Failed";
const ready = byCondition("Ready");

/** A renewal in the background leaves Ready true; an issuance that was given up is final until the next attempt. */
const certificate: Rule = (object) => {
  const issuing = conditionOf(object, "Issuing");
  const isReady = conditionOf(object, "Ready")?.status === "True";
  if (!isReady && issuing?.status === "False" && issuing.reason !== "") return failed(issuing.reason, explain(issuing, "issuance failed"));
  return ready(object);
};

/**
 * Not ready is final, even while it is tried again: its own timeout has passed. A suspended Application is what it was
 * when it was suspended.
 */
const application: Rule = (object) => {
  const [summary, healthy] = [conditionOf(object, "Ready"), conditionOf(object, "Healthy")];
  if (summary?.reason === "Suspended") {
    return healthy?.status === "True" ? current("suspended; healthy when last looked at") : inProgress("Suspended", `suspended; ${healthy?.message || "never looked at"}`);
  }
  if (summary?.status === "False") return failed(summary.reason || "NotReady", explain(summary, "not ready"));
  return summary?.status === "True" ? current(explain(summary, "ready")) : inProgress(summary?.reason || "NotReported", summary?.message || "not looked at yet");
};

/** The generation is observed as text here, which is why the common rule does not see it. */
const rollout: Rule = (object) => {
  const observed = textAt(object, "status.observedGeneration");
  const generation = String(object.metadata.generation ?? "");
  if (/^\d+$/.test(observed) && observed !== generation) return inProgress("LatestGenerationNotObserved", `generation ${generation} not yet seen by its controller, which is at ${observed}`);
  return byPhase("status.phase", ["Healthy"], ["Degraded"], "status.message")(object);
};

/** A gateway is usable when it is programmed; one that is not accepted never will be. */
const gateway: Rule = (object) => {
  const accepted = conditionOf(object, "Accepted");
  return accepted?.status === "False" ? failed(accepted.reason || "NotAccepted", explain(accepted, "not accepted")) : byCondition("Programmed")(object);
};

const TABLE: readonly (readonly [rule: Rule, group: string, kinds: readonly string[]])[] = [
  [application, "driftless.dev", ["Application"]],
  [ready, "driftless.dev", ["GitSource"]],
  [certificate, "cert-manager.io", ["Certificate"]],
  [ready, "cert-manager.io", ["Issuer", "ClusterIssuer"]],
  [rollout, "argoproj.io", ["Rollout"]],
  [byPhase("status.health.status", ["Healthy"], ["Degraded"], "status.health.message"), "argoproj.io", ["Application"]],
  [byPhase("status.phase", ["Initialized", "Succeeded"], ["Failed"]), "flagger.app", ["Canary"]],
  [ready, "kustomize.toolkit.fluxcd.io", ["Kustomization"]],
  [ready, "helm.toolkit.fluxcd.io", ["HelmRelease"]],
  [ready, "source.toolkit.fluxcd.io", ["GitRepository", "OCIRepository", "Bucket", "HelmChart"]],
  [ready, "keda.sh", ["ScaledObject", "ScaledJob"]],
  [ready, "external-secrets.io", ["ExternalSecret", "SecretStore", "ClusterSecretStore", "PushSecret"]],
  [byCondition("Synced", final), "bitnami.com", ["SealedSecret"]],
  [byCondition("Ready", final), "serving.knative.dev", ["Service", "Route", "Configuration", "Revision"]],
  [ready, "postgresql.cnpg.io", ["Cluster"]],
  [ready, "kafka.strimzi.io", ["Kafka", "KafkaTopic", "KafkaUser", "KafkaConnect", "KafkaNodePool"]],
  [byCondition("Available"), "monitoring.coreos.com", ["Prometheus", "Alertmanager", "ThanosRuler"]],
  [gateway, "gateway.networking.k8s.io", ["Gateway"]],
  [byCondition("Accepted", final), "gateway.networking.k8s.io", ["GatewayClass"]],
];

/** Rules by `group/kind`; undefined where a rule leaves the answer to kstatus. */
export const OPERATOR_RULES: ReadonlyMap<string, Rule> = new Map(TABLE.flatMap(([rule, group, kinds]) => kinds.map((kind) => [`${group}/${kind}`, rule] as const)));
