import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { debianProgram } from "../debian-program.ts";

/** Path of an installed Alertmanager; undefined where there is none. */
export const alertmanagerPath = await debianProgram({ names: ["alertmanager", "prometheus-alertmanager"], package: "prometheus-alertmanager" });

/** A running Alertmanager that tells nobody. */
export interface RealAlertmanager {
  readonly url: string;
  /** What GET /api/v2/alerts lists. */
  active(): Promise<{ readonly labels: Readonly<Record<string, string>>; readonly annotations: Readonly<Record<string, string>>; readonly startsAt: string; readonly endsAt: string }[]>;
  stop(): Promise<void>;
}

/** Starts one with a state of its own. */
export async function startAlertmanager(path: string): Promise<RealAlertmanager> {
  const folder = await mkdtemp(join(tmpdir(), "driftless-alertmanager-"));
  await writeFile(join(folder, "config.yml"), "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n");
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(path, [`--config.file=${folder}/config.yml`, `--storage.path=${folder}`, `--web.listen-address=${url.slice("http://".length)}`, "--cluster.listen-address="], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error(`the Alertmanager ended with ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { url, stop, active: async () => (await fetch(`${url}/api/v2/alerts?active=true`)).json() as ReturnType<RealAlertmanager["active"]> }; // its own format
}

const isReady = (url: string): Promise<boolean> => fetch(`${url}/-/ready`).then(({ ok }) => ok, () => false);

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo; // it listens on a port
      server.close(() => resolve(port));
    });
  });
}
