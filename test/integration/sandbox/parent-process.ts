// Started by nothing-left.test.ts, which ends it by a signal.
import { startControlPlane } from "../../../src/sandbox/control-plane.ts";

const { dir, url, assets } = await startControlPlane({ tier: "api" });
console.log(JSON.stringify({ dir, url, supervisor: assets.supervisor }));
