import { defineConfig } from "vitest/config";

/** One project per level of test: the fast ones need nothing, the others share one control plane. */
const project = (name: string, include: string[], extra: object = {}) => ({
  test: { name, include, environment: "node", ...extra },
});
const controlPlane = {
  globalSetup: ["test/support/global-control-plane.ts"],
  testTimeout: 60_000,
  hookTimeout: 60_000,
};

export default defineConfig({
  test: {
    projects: [
      project("unit", ["test/unit/**/*.test.ts"]),
      project("golden", ["test/golden/**/*.test.ts"]),
      project("contract", ["test/contract/**/*.test.ts"], controlPlane),
      project("integration", ["test/integration/**/*.test.ts"], { ...controlPlane, globalSetup: [...controlPlane.globalSetup, "test/support/global-operator.ts"] }),
      project("e2e", ["test/e2e/**/*.test.ts"], { testTimeout: 180_000, hookTimeout: 120_000 }),
    ],
  },
});
