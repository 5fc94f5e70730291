import { createServer } from "node:http";
import COS from "cos-nodejs-sdk-v5";
import type { Emulator } from "../../packages/cos-emulator/src/index.ts";

/** What the suite's temporary keys may be used for, by its own words. */
const PREFIX = "nodejs-sdk/test/*";
const SECONDS = 1800;

export interface CredentialServer {
  readonly url: string;
  close(): void;
}

/**
 * The suite's `nodejssdkStsUrl`: `/sts` gives temporary keys out as qcloud-cos-sts's demo does, `/uploadSign` the
 * Authorization of a PUT of `1.txt`.
 */
export async function startCredentialServer(emulator: Emulator): Promise<CredentialServer> {
  const server = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(request.url === "/sts" ? temporaryKey(emulator) : signature(emulator)));
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

function temporaryKey({ account, bucket, credentials }: Emulator): object {
  const now = Math.floor(Date.now() / 1000);
  const resource = `qcs::cos:${bucket.region}:uid/${account.appId}:${bucket.name}/${PREFIX}`;
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
