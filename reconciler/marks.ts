/** The two marks that make an object a member: the label of its Application's set, and the origin that names Application and object. */
import { CLAIM_ANNOTATION, ORIGIN_ANNOTATION, PART_OF_LABEL } from "../src/api/group.ts";
import type { Json } from "../src/object/json.ts";
import { escapeStep } from "../src/object/json-pointer.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import type { ObjectId } from "../src/object/object-id.ts";
import type { AppIdentity } from "./identity.ts";
import { originOf } from "./identity.ts";

const LABEL = `/metadata/labels/${escapeStep(PART_OF_LABEL)}`;
const CLAIM = `/metadata/annotations/${escapeStep(CLAIM_ANNOTATION)}`;

/** Pointer (RFC 6901) to the origin, as findings name it. */
export const ORIGIN_POINTER = `/metadata/annotations/${escapeStep(ORIGIN_ANNOTATION)}`;

/** The object as a member of this Application. */
export function withMarks(object: KubeObject, id: ObjectId, identity: AppIdentity): KubeObject {
  const { labels, annotations, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: { ...labels, [PART_OF_LABEL]: identity.setId },
      annotations: { ...annotations, [ORIGIN_ANNOTATION]: originOf(identity, id) },
    },
  };
}

/** RFC 6902: fails where the object is another one, somebody else's or claimed by somebody else by now. */
export function sameMarks({ metadata: { uid = "", labels, annotations } }: KubeObject): readonly Json[] {
  const marks = [[LABEL, labels?.[PART_OF_LABEL]], [ORIGIN_POINTER, annotations?.[ORIGIN_ANNOTATION]], [CLAIM, annotations?.[CLAIM_ANNOTATION]]] as const;
  return [{ op: "test", path: "/metadata/uid", value: uid }, ...marks.flatMap(([path, value]) => (value === undefined ? [] : [{ op: "test", path, value }]))];
}

/** RFC 6902: takes the marks off a member. Its origin may have been taken off by hand. */
export function marksOff({ metadata: { annotations } }: KubeObject): readonly Json[] {
  return [{ op: "remove", path: LABEL }, ...(annotations?.[ORIGIN_ANNOTATION] === undefined ? [] : [{ op: "remove", path: ORIGIN_POINTER }])];
}

/** RFC 6902: makes a member one of the Application that has claimed it. The claim is answered by this. */
export function marksOf(claimant: AppIdentity, id: ObjectId): readonly Json[] {
  return [{ op: "replace", path: LABEL, value: claimant.setId }, { op: "add", path: ORIGIN_POINTER, value: originOf(claimant, id) }, { op: "remove", path: CLAIM }];
}
