import { GROUP } from "../src/api/group.ts";
import type { Application } from "../src/api/application.ts";
import type { LiveMember } from "./observed.ts";
import type { PlanContext } from "./plan-context.ts";

/** What an Application stands on. */
export type KeepFacts = Pick<PlanContext, "app" | "account" | "operatorNamespace" | "sourceSecrets">;

/**
 * Why a stale member is not deleted, or undefined. Never deleted: what the Application itself stands on, what the
 * cluster or Driftless stands on, and what is not proved to be ours.
 */
export function reasonToKeep(member: LiveMember, { app, account, operatorNamespace, sourceSecrets }: KeepFacts): string | undefined {
  const { group, kind, namespace, name } = member.id;
  if (app.spec.sync?.prune === false) return "spec.sync.prune is false";
  if (!member.policy.prune || !member.policy.reconcile) return "its annotations ask to keep it";
  if (!member.deletable) return "its label is not proved to be ours (managedFields were rewritten)";
  if (kind === "Namespace" && group === "") return namespaceReason(name, app, operatorNamespace);
  if (kind === "CustomResourceDefinition" && name.endsWith(`.${GROUP}`)) return "it defines a kind of Driftless";
  const own = app.metadata.namespace;
  if (kind === "ServiceAccount" && group === "" && namespace === account.namespace && name === account.name) return "it is the account that this Application writes as";
  if (member.grantsTo?.includes(`${account.namespace}/${account.name}`) === true) return "it gives rights to the account that this Application writes as";
  if (kind === "Secret" && group === "" && namespace === own && sourceSecrets?.includes(name) === true) return "the source of this Application uses it";
  if (group === GROUP && namespace === own && kind === app.spec.sourceRef.kind && name === app.spec.sourceRef.name) return "it is the source of this Application";
  if (group === GROUP && kind === "Application" && namespace === own && name === app.metadata.name) return "it is this Application";
  return undefined;
}

function namespaceReason(name: string, app: Application, operatorNamespace: string): string | undefined {
  if (name === app.metadata.namespace) return "it holds this Application";
  if (name === operatorNamespace) return "it holds Driftless";
  return name === "default" || name.startsWith("kube-") ? "it belongs to the cluster" : undefined;
}
