import { mkdtemp, rm } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listen, stop } from "../../packages/cos-emulator/src/cloud/listen.ts";
import { openCertificateAuthority } from "../../packages/cos-emulator/src/tls/certificate-authority.ts";
import { issueServerCertificate } from "../../packages/cos-emulator/src/tls/server-certificate.ts";

/** An HTTPS server on loopback, trusted by clients that get `caFile`. */
export interface HttpsServer {
  /** `127.0.0.1:<port>`. */
  readonly host: string;
  /** For NODE_EXTRA_CA_CERTS. */
  readonly caFile: string;
  /** Closes the connections that clients keep open, as a server does after a while. */
  closeIdle(): void;
  close(): Promise<void>;
}

export async function serveHttps(listener: RequestListener): Promise<HttpsServer> {
  const directory = await mkdtemp(join(tmpdir(), "https-"));
  const authority = await openCertificateAuthority(directory, Date.now);
  const server = createServer(await issueServerCertificate(authority, ["127.0.0.1"], Date.now), listener);
  const port = await listen(server, 0);
  return {
    host: `127.0.0.1:${port}`,
    caFile: authority.caFile,
    closeIdle: () => server.closeIdleConnections(),
    async close() {
      await stop(server);
      await rm(directory, { recursive: true });
    },
  };
}
