import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * A port of loopback that nothing listens on. It is below those that Linux gives to whoever asks for any (32768 and
 * above), so that no other test gets it meanwhile.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const port = randomInt(10_000, 30_000);
    if (await isFree(port)) return port;
  }
  throw new Error("There is no free port.");
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
