import { CommonClient } from "tencentcloud-sdk-nodejs-common";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { type Emulator, type HttpsPlaces, startEmulator } from "../../../packages/cos-emulator/src/index.ts";
import { testAuthority } from "../../support/certificates.ts";

export const HOST = "img.example.test";
export const DEPLOY_MS = 60_000;

type Key = { readonly secretId: string; readonly secretKey: string; readonly token?: string };

export interface AccountApis {
  readonly emulator: Emulator;
  readonly places: HttpsPlaces;
  readonly authority: Awaited<ReturnType<typeof testAuthority>>;
  /** A call by the official SDK: the answer, or the code of the refusal. */
  call(
    service: "cdn" | "ssl",
    action: string,
    parameters: object,
    key?: Key,
    region?: string,
  ): Promise<Answer>;
  /** The id of a certificate that was just uploaded. */
  upload(options?: Parameters<Awaited<ReturnType<typeof testAuthority>>["server"]>[0]): Promise<string>;
}

/** An API's answer: `code` of a refusal, or the fields of the answer, whose types a test knows. */
export interface Answer {
  readonly code: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

const VERSIONS = { cdn: "2018-06-06", ssl: "2019-12-05" } as const;

/** The emulated CDN and SSL APIs with the official SDK, for all tests of a file. */
export function useAccountApis(): AccountApis {
  let emulator: Emulator;
  let authority: AccountApis["authority"];
  const places = () => {
    if (emulator.https === undefined) throw new Error("There is no name on the CDN.");
    return emulator.https;
  };
  const apis: AccountApis = {
    get emulator() {
      return emulator;
    },
    get places() {
      return places();
    },
    get authority() {
      return authority;
    },
    async call(service, action, parameters, key = emulator.account, region = "") {
      const endpoint = service === "cdn" ? places().cdnEndpoint : places().sslEndpoint;
      const client = new CommonClient(new URL(endpoint).host, VERSIONS[service], {
        credential: key,
        region,
        profile: { httpProfile: { protocol: "http://", endpoint: new URL(endpoint).host } },
      });
      try {
        return { code: undefined, body: Object(await client.request(action, parameters)) };
      } catch (error) {
        if (error instanceof Error && "code" in error && typeof error.code === "string") {
          return { code: error.code, body: {} };
        }
        throw error;
      }
    },
    async upload(options = { names: [HOST] }) {
      const { pem, keyPem } = await authority.server(options);
      const { body } = await apis.call("ssl", "UploadCertificate", {
        CertificatePublicKey: pem + authority.intermediate.pem,
        CertificatePrivateKey: keyPem,
      });
      return String(body["CertificateId"]);
    },
  };
  beforeAll(async () => {
    emulator = await startEmulator({
      cdnDomains: [HOST, "static.example.test"],
      dnsPodZones: ["example.test"],
      deploySeconds: DEPLOY_MS / 1000,
    });
    authority = await testAuthority();
  });
  beforeEach(() => emulator.reset());
  afterAll(() => emulator.close());
  return apis;
}
