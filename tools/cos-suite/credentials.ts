import { createServer } from "node:http";
import COS from "cos-nodejs-sdk-v5";
import type { Emulator } from "../../packages/cos-emulator/src/index.ts";

const SECONDS = 1800;

export interface CredentialServer {
  readonly url: string;
  close(): void;
}

/**
 * Starts the server that the suites expect: `/sts` issues temporary keys, as qcloud-cos-sts's demo does, and `/uploadSign`
 * returns the Authorization for a PUT of `1.txt`. Any page may call it.
 *
 * @param keys what the temporary keys may access: an object, or objects by a prefix
 */
export async function startCredentialServer(emulator: Emulator, keys: string): Promise<CredentialServer> {
  const server = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "*");
    response.end(JSON.stringify(request.url === "/sts" ? temporaryKey(emulator, keys) : signature(emulator)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function temporaryKey({ account, bucket, credentials }: Emulator, keys: string): object {
  const now = Math.floor(Date.now() / 1000);
  const resource = `qcs::cos:${bucket.region}:uid/${account.appId}:${bucket.name}/${keys}`;
  const { tmpSecretId, tmpSecretKey, token, expiredTime } = credentials.issue(
    [
      {
        version: "2.0",
        statements: [{ effect: "allow", actions: ["*"], resources: [resource], conditions: [] }],
      },
    ],
    SECONDS,
    now,
  );
  return {
    credentials: { tmpSecretId, tmpSecretKey, sessionToken: token },
    startTime: now,
    expiredTime,
  };
}

function signature({ account, bucket }: Emulator): object {
  const { secretId: SecretId, secretKey: SecretKey } = account;
  const Host = `${bucket.name}.cos.${bucket.region}.myqcloud.com`;
  const cos = new COS({ SecretId, SecretKey });
  return { signMap: { PutObject: cos.getAuth({ Method: "PUT", Key: "1.txt", Headers: { Host } }) } };
}
