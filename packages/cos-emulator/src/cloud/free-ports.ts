import { createServer } from "node:http";
import { listen, stop } from "./listen.ts";
import { claim, type ServiceName } from "./service.ts";

/**
 * Looks whether ports can be had, before work that would be in vain without them.
 *
 * @throws {PortError} for the first that cannot
 */
export async function checkPorts(ports: readonly (readonly [ServiceName, number])[]): Promise<void> {
  for (const [service, port] of ports) {
    if (port === 0) continue;
    const server = createServer();
    await claim(service, port, () => listen(server, port));
    await stop(server);
  }
}
