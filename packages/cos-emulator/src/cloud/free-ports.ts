import { createServer } from "node:http";
import { listen, stop } from "./listen.ts";
import { claim, type ServiceName } from "./service.ts";

/**
 * Checks that ports are available, before work that would be wasted without them.
 *
 * @throws {PortError} for the first that is not
 */
export async function checkPorts(ports: readonly (readonly [ServiceName, number])[]): Promise<void> {
  for (const [service, port] of ports) {
    if (port === 0) continue;
    const server = createServer();
    await claim(service, port, () => listen(server, port));
    await stop(server);
  }
}
