import { createServer, connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A way to a server that can be made to fall silent: connections stay open, and nothing passes any more. */
export interface FreezingProxy {
  readonly port: number;
  freeze(): void;
}

/** Passes bytes on to a port of the loopback address. Ends with the test. */
export async function startFreezingProxy(upstream: number): Promise<FreezingProxy> {
  const sockets = new Set<Socket>();
  let frozen = false;
  const server = createServer((socket) => {
    const target = connect(upstream, "127.0.0.1");
    const both: readonly Socket[] = [socket, target];
    for (const [index, each] of both.entries()) {
      sockets.add(each);
      each.on("data", (bytes: Buffer) => frozen || both[1 - index]?.write(bytes));
      each.on("error", () => undefined);
      each.on("close", () => frozen || both[1 - index]?.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, freeze: () => void (frozen = true) }; // it listens on a port, not on a pipe
}
