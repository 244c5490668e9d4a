import type { ObjectMeta } from "../object/kube-object.ts";
import { integer, listByKey, object, oneOf, optional, string, time } from "./schema.ts";
import type { Infer } from "./schema.ts";

/** metav1.Condition. */
export const conditionSchema = object("One observation of the object's state.", {
  type: string("What is observed.", { maxLength: 316 }),
  status: oneOf("Whether it holds.", ["True", "False", "Unknown"]),
  observedGeneration: optional(integer("The metadata.generation this was seen at.", { minimum: 0 })),
  lastTransitionTime: time("When the status last changed."),
  reason: string("One word for why; from a closed list.", { minLength: 1, maxLength: 128 }),
  message: string("A sentence for a person.", { maxLength: 32768 }),
});

/** metav1.Condition as Driftless writes it. */
export type Condition = Infer<typeof conditionSchema>;

/** The conditions of a status. */
export const conditionsSchema = listByKey("Observations of the object's state.", ["type"], conditionSchema, 16);

/** A Secret in the same namespace. */
export const secretRefSchema = object("A Secret in the same namespace.", {
  name: string("Name of the Secret.", { minLength: 1, maxLength: 253 }),
});

/** One of our own objects: typed spec and status around plain metadata. */
export interface Resource<Spec, Status> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec: Spec;
  readonly status?: Status;
}

/** Namespace and name of one of our objects: what a work queue holds. */
export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}
