import { describe, expect, test } from "vitest";
import { immutableFields } from "../../../reconciler/immutable.ts";
import type { ApiErrorCause } from "../../../src/errors.ts";
import { KubeApiError } from "../../../src/errors.ts";

const refusal = (causes: readonly ApiErrorCause[], message = "is invalid", status = 422): KubeApiError => new KubeApiError(status, "Invalid", message, { causes });
const invalid = (field: string, message: string): ApiErrorCause => ({ field, reason: "FieldValueInvalid", message });
const forbidden = (field: string, message: string): ApiErrorCause => ({ field, reason: "FieldValueForbidden", message });

describe("an update of Kubernetes' own kinds", () => {
  test.each([
    ["spec.selector", invalid("spec.selector", 'Invalid value: {"matchLabels":{"b":"2"}}: field is immutable')],
    ["spec", forbidden("spec", "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template' are forbidden")],
    ["spec.clusterIPs[0]", invalid("spec.clusterIPs[0]", 'Invalid value: ["None"]: may not change once set')],
    ["spec", forbidden("spec", "Forbidden: spec is immutable after creation except resources.requests for bound claims")],
    ["roleRef", invalid("roleRef", "Invalid value: {}: cannot change roleRef")],
    ["data", forbidden("data", "Forbidden: field is immutable when `immutable` is set")],
    ["value", forbidden("value", "Forbidden: may not be changed in an update.")],
    ["spec.resources.requests.storage", forbidden("spec.resources.requests.storage", "Forbidden: field can not be less than status.capacity")],
  ])("that is refused because of %s is one", (field, cause) => {
    expect(immutableFields(refusal([cause]), { group: "apps" })).toEqual([field]);
  });

  test.each([
    ["a value out of range", refusal([invalid("spec.ports[0].port", "Invalid value: 800000: must be between 1 and 65535, inclusive")])],
    ["labels that do not fit", refusal([invalid("spec.template.metadata.labels", "Invalid value: {}: `selector` does not match template `labels`")])],
    ["a missing field", refusal([{ field: "spec.selector", reason: "FieldValueRequired", message: "Required value: an immutable name" }])],
    ["a policy", refusal([{ message: "ValidatingAdmissionPolicy 'freeze' with binding 'freeze' denied request: data is immutable on Fridays" }], "denied request")],
    ["a webhook that words it as the server does", refusal([invalid("spec", "field is immutable")], 'admission webhook "freeze.example.com" denied the request: field is immutable')],
    ["a patch whose tests failed", refusal([])],
    ["a conflict", refusal([invalid("spec.selector", "field is immutable")], "conflict", 409)],
    ["no answer at all", new Error("field is immutable")],
  ])("that is refused because of %s is none", (_what, error) => {
    expect(immutableFields(error, { group: "apps" })).toEqual([]);
  });
});

describe("an update of a custom resource", () => {
  test("that breaks a rule may be one whatever the rule says, and each field is named once", () => {
    const rules = [invalid("spec.size", "Invalid value: 2: size stays what it is"), invalid("spec.size", "Invalid value: 2: no"), invalid("spec.bare", 'Invalid value: "b": failed rule: self == oldSelf')];
    expect(immutableFields(refusal(rules), { group: "example.com" })).toEqual(["spec.size", "spec.bare"]);
    expect(immutableFields(refusal(rules), { group: "apps" })).toEqual([]);
  });

  test("with a value that is wrong by itself is none", () => {
    const causes = [{ field: "spec.mode", reason: "FieldValueNotSupported", message: 'Unsupported value: "c"' }, invalid("<nil>", "Invalid value: null: some validation rules were not checked because the object was invalid")];
    expect(immutableFields(refusal(causes), { group: "example.com" })).toEqual([]);
  });
});
