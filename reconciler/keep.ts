import { GROUP } from "../src/api/group.ts";
import type { Application } from "../src/api/application.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import type { Account } from "../src/ports.ts";
import type { LiveMember } from "./observed.ts";
import type { PlanContext } from "./plan-context.ts";

/** What an Application stands on. */
export type KeepFacts = Pick<PlanContext, "app" | "account" | "operatorNamespace" | "sourceSecrets">;

/** The roles whose rights an account has by bindings among these members: without them the bindings give nothing. */
export function grantedRoles(members: Iterable<LiveMember>, account: Account): ReadonlySet<ObjectKey> {
  return new Set([...members].flatMap((member) => (member.grantedRole !== undefined && grants(member, account) ? [member.grantedRole] : [])));
}

/**
 * Why a stale member is not deleted, or undefined. Never deleted: what the Application itself stands on, what the
 * cluster or Driftless stands on, and what is not proved to be ours. `roles`: those that the account has.
 */
export function reasonToKeep(member: LiveMember, { app, account, operatorNamespace, sourceSecrets }: KeepFacts, roles: ReadonlySet<ObjectKey>): string | undefined {
  const { group, kind, namespace, name } = member.id;
  if (app.spec.sync?.prune === false) return "spec.sync.prune is false";
  if (!member.policy.prune || !member.policy.reconcile) return "its annotations ask to keep it";
  if (!member.deletable) return "its label is not proved to be ours (managedFields were rewritten)";
  if (kind === "Namespace" && group === "") return namespaceReason(name, app, operatorNamespace);
  if (kind === "CustomResourceDefinition" && name.endsWith(`.${GROUP}`)) return "it defines a kind of Driftless";
  const own = app.metadata.namespace;
  if (kind === "ServiceAccount" && group === "" && namespace === account.namespace && name === account.name) return "it is the account that this Application writes as";
  if (grants(member, account)) return "it gives rights to the account that this Application writes as";
  if (roles.has(member.key)) return "it holds the rights of the account that this Application writes as";
  if (kind === "Secret" && group === "" && namespace === own && sourceSecrets?.includes(name) === true) return "the source of this Application uses it";
  if (group === GROUP && namespace === own && kind === app.spec.sourceRef.kind && name === app.spec.sourceRef.name) return "it is the source of this Application";
  if (group === GROUP && kind === "Application" && namespace === own && name === app.metadata.name) return "it is this Application";
  return undefined;
}

const grants = ({ grantsTo = [] }: LiveMember, { namespace, name }: Account): boolean => grantsTo.includes(`${namespace}/${name}`);

function namespaceReason(name: string, app: Application, operatorNamespace: string): string | undefined {
  if (name === app.metadata.namespace) return "it holds this Application";
  if (name === operatorNamespace) return "it holds Driftless";
  return name === "default" || name.startsWith("kube-") ? "it belongs to the cluster" : undefined;
}
