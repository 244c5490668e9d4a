/** Deployment, StatefulSet, DaemonSet, ReplicaSet: replica counts and rollout conditions. */
import type { KubeObject } from "../../src/object/kube-object.ts";
import { conditionOf, explain, fieldAt, integerAt, textAt } from "./fields.ts";
import { current, failed, inProgress } from "./health.ts";
import type { Health } from "./health.ts";

/** The largest int32: how a Deployment says that it has no progress deadline. */
const NO_DEADLINE = 2_147_483_647;

/** A rule: wanted against counted, in the order in which they are looked at. */
type Shortfall = readonly [reason: string, counted: number, wanted: number, what: string];

/** Health of an apps Deployment. Only a passed progress deadline is a failure. */
export function deploymentHealth(object: KubeObject): Health {
  const progressing = conditionOf(object, "Progressing");
  if (progressing?.reason === "ProgressDeadlineExceeded") {
    return failed("ProgressDeadlineExceeded", explain(progressing, "progress deadline exceeded"));
  }
  const wanted = integerAt(object, "spec.replicas") ?? 1;
  const replicas = count(object, "replicas");
  const updated = count(object, "updatedReplicas");
  return (
    shortOf([["LessReplicas", replicas, wanted, "replicas created"], ["LessUpdated", updated, wanted, "replicas updated"]]) ??
    extraPods(replicas, wanted) ??
    shortOf([
      ["LessAvailable", count(object, "availableReplicas"), updated, "replicas available"],
      ["LessReady", count(object, "readyReplicas"), wanted, "replicas ready"],
    ]) ??
    deploymentConditions(object) ??
    current(`${wanted} of ${wanted} replicas available`)
  );
}

function deploymentConditions(object: KubeObject): Health | undefined {
  const progressing = conditionOf(object, "Progressing");
  const deadline = integerAt(object, "spec.progressDeadlineSeconds") ?? NO_DEADLINE;
  // A paused Deployment reports Progressing=Unknown for as long as it is paused, which is what its spec asks for.
  const mustProgress = deadline !== NO_DEADLINE && fieldAt(object, "spec.paused") !== true;
  if (mustProgress && !(progressing?.status === "True" && progressing.reason === "NewReplicaSetAvailable")) {
    return inProgress("ReplicaSetNotAvailable", "new replica set not available");
  }
  return conditionOf(object, "Available")?.status === "True" ? undefined : inProgress("DeploymentNotAvailable", "deployment not available");
}

/** Health of an apps StatefulSet, also while only a partition of it is rolled out. */
export function statefulSetHealth(object: KubeObject): Health {
  if (textAt(object, "spec.updateStrategy.type") === "OnDelete") return current("updated when its pods are deleted");
  const wanted = integerAt(object, "spec.replicas") ?? 1;
  const replicas = count(object, "replicas");
  const ready = count(object, "readyReplicas");
  return (
    shortOf([["LessReplicas", replicas, wanted, "replicas created"], ["LessReady", ready, wanted, "replicas ready"]]) ??
    extraPods(replicas, wanted) ??
    statefulSetRevision(object, wanted)
  );
}

function statefulSetRevision(object: KubeObject, wanted: number): Health {
  const partition = integerAt(object, "spec.updateStrategy.rollingUpdate.partition");
  if (partition !== undefined) {
    const updated = count(object, "updatedReplicas");
    const target = Math.max(wanted - partition, 0);
    return shortOf([["PartitionRollout", updated, target, "replicas updated"]]) ?? current(`${wanted} replicas ready, ${updated} of them updated`);
  }
  const behind = shortOf([["LessCurrent", count(object, "currentReplicas"), wanted, "replicas current"]]);
  if (behind !== undefined) return behind;
  if (textAt(object, "status.currentRevision") !== textAt(object, "status.updateRevision")) {
    return inProgress("RevisionMismatch", "waiting for the updated revision to become current");
  }
  return current(`${wanted} of ${wanted} replicas ready`);
}

/** Health of a DaemonSet; it counts nodes. */
export function daemonSetHealth(object: KubeObject): Health {
  if (integerAt(object, "status.observedGeneration") === undefined) return inProgress("NoObservedGeneration", "not yet seen by its controller");
  const wanted = integerAt(object, "status.desiredNumberScheduled");
  if (wanted === undefined) return inProgress("NoDesiredNumber", "number of nodes not yet known");
  const onDelete = textAt(object, "spec.updateStrategy.type") === "OnDelete";
  return (
    shortOf([
      ["LessCurrent", count(object, "currentNumberScheduled"), wanted, "pods scheduled"],
      ["LessUpdated", onDelete ? wanted : count(object, "updatedNumberScheduled"), wanted, "pods updated"],
      ["LessAvailable", count(object, "numberAvailable"), wanted, "pods available"],
      ["LessReady", count(object, "numberReady"), wanted, "pods ready"],
    ]) ?? current(`${wanted} of ${wanted} pods ready`)
  );
}

/** Health of a ReplicaSet. */
export function replicaSetHealth(object: KubeObject): Health {
  const failure = conditionOf(object, "ReplicaFailure");
  if (failure?.status === "True") return inProgress("ReplicaFailure", explain(failure, "pods cannot be created"));
  const wanted = integerAt(object, "spec.replicas") ?? 1;
  return (
    shortOf([
      ["LessLabelled", count(object, "fullyLabeledReplicas"), wanted, "replicas labelled"],
      ["LessAvailable", count(object, "availableReplicas"), wanted, "replicas available"],
      ["LessReady", count(object, "readyReplicas"), wanted, "replicas ready"],
    ]) ??
    extraPods(count(object, "replicas"), wanted) ??
    current(`${wanted} of ${wanted} replicas available`)
  );
}

function shortOf(rules: readonly Shortfall[]): Health | undefined {
  const missed = rules.find(([, counted, wanted]) => counted < wanted);
  return missed === undefined ? undefined : inProgress(missed[0], `${missed[1]} of ${missed[2]} ${missed[3]}`);
}

function extraPods(replicas: number, wanted: number): Health | undefined {
  return replicas > wanted ? inProgress("ExtraPods", `${replicas - wanted} of ${replicas} replicas still to be removed`) : undefined;
}

function count(object: KubeObject, field: string): number {
  return integerAt(object, `status.${field}`) ?? 0;
}
