import { createHash } from "node:crypto";
import { GROUP } from "../src/api/group.ts";
import type { ObjectId, ObjectKey } from "../src/object/object-id.ts";
import { formatKey } from "../src/object/object-id.ts";

/** What tells the members of one Application from everything else, in one cluster and between installations. */
export interface AppIdentity {
  /** Random id of this installation of Driftless. */
  readonly installation: string;
  readonly namespace: string;
  readonly name: string;
  /** ApplySet id: the value of the part-of label. */
  readonly setId: string;
}

/** The identity of an Application under one installation. */
export function identityOf(installation: string, app: { readonly namespace: string; readonly name: string }): AppIdentity {
  return { installation, namespace: app.namespace, name: app.name, setId: applysetId(app) };
}

/** The same for an Application that is known as `<namespace>/<name>`. */
export function identityFrom(installation: string, application: string): AppIdentity {
  const [namespace = "", name = ""] = application.split("/");
  return identityOf(installation, { namespace, name });
}

/** ApplySet id of an Application: KEP-3659, `applyset-<base64url sha256 of name.namespace.kind.group>-v1`. */
export function applysetId(app: { readonly namespace: string; readonly name: string }): string {
  const hash = createHash("sha256").update(`${app.name}.${app.namespace}.Application.${GROUP}`).digest("base64url");
  return `applyset-${hash}-v1`;
}

/** Value of the origin annotation of one member: who owns it, and which object it was written for. */
export function originOf(identity: AppIdentity, id: ObjectId): string {
  return `${ownerOf(identity)}#${formatKey(id)}`;
}

/** `<installation>/<namespace>/<name>`: the owner half of an origin. */
export function ownerOf(identity: AppIdentity): string {
  return `${identity.installation}/${identity.namespace}/${identity.name}`;
}

/** The two halves of an origin annotation, or undefined where the text is not one. */
export function parseOrigin(text: string): { readonly installation: string; readonly application: string; readonly object: ObjectKey } | undefined {
  const match = /^([^/#]+)\/([^/#]+\/[^/#]+)#(.+)$/.exec(text);
  const [, installation, application, object] = match ?? [];
  if (installation === undefined || application === undefined || object === undefined) return undefined;
  return { installation, application, object: object as ObjectKey }; // compared as text only
}

/** The parts of an owner as ownerOf writes it, or undefined where the text is not one. */
export function parseOwner(text: string): { readonly installation: string; readonly application: string } | undefined {
  const [, installation, application] = /^([^/#]+)\/([^/#]+\/[^/#]+)$/.exec(text) ?? [];
  return installation === undefined || application === undefined ? undefined : { installation, application };
}
