import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { get as httpGet, type IncomingMessage } from "node:http";
import { get as httpsGet } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createSecureContext, type SecureContext, type TLSSocket } from "node:tls";
import COS from "cos-nodejs-sdk-v5";
import { object } from "valibot";
import { afterAll, beforeAll, beforeEach, vi } from "vitest";
import {
  type Emulator,
  type EmulatorOptions,
  type HttpsPlaces,
  startEmulator,
} from "../../../packages/cos-emulator/src/index.ts";
import {
  type AccountCertificate,
  type CdnDomain,
  CloudApi,
  type DomainChange,
  describeDomain,
  httpsWith,
  listCertificates,
  updateDomain,
  uploadCertificate,
} from "../../../packages/https-account/src/index.ts";
import { type TrustAnchors, trustAnchors } from "../../../packages/tls-check/src/index.ts";
import { readBucket } from "../../../shared/config.ts";
import { putCertificate } from "../../../tools/https/cert/domains.ts";
import { getPolicy, putPolicy } from "../../../tools/https/policy/bucket-policy.ts";
import type { HttpsWorld } from "../../../tools/https/world.ts";
import { type BucketAccess, call } from "../../../tools/lib/bucket-api.ts";
import { testAuthority } from "../../support/certificates.ts";
import { https, type Outcome } from "./support.ts";

/** The bucket's own name. */
export const BUCKET_HOST = "uploads-1250000000.cos.ap-guangzhou.myqcloud.com";

/** How long the emulated cloud takes for each change, in seconds. */
export const DEPLOY_SECONDS = 60;

/** What a name presents to a client that trusts what the command trusts. */
export interface Shown {
  /** Whether a client accepts its HTTPS, by the emulated time. */
  readonly isSound: boolean;
  readonly alpn: string | undefined;
  readonly hsts: string | undefined;
  /** The status of a plain request. */
  readonly plain: { readonly status: number; readonly location: string | undefined };
}

export interface Hosts {
  readonly emulator: Emulator;
  readonly places: HttpsPlaces;
  /** Another authority that the command trusts, as an operator's own supplier. */
  readonly authority: Awaited<ReturnType<typeof testAuthority>>;
  /** The settings by which the command finds the emulated cloud. */
  readonly env: Readonly<Record<string, string>>;
  file(name: string, content: string | Buffer): Promise<string>;
  /** Stores an object in the bucket that anybody may read. */
  publish(key: string, content: string): Promise<void>;
  /** A sound certificate with its chain, and its key, as files. */
  pair(
    options: Parameters<Awaited<ReturnType<typeof testAuthority>>["server"]>[0],
  ): Promise<[string, string]>;
  /** Like {@link pair}, from another issuer. */
  otherPair(options: Parameters<Hosts["pair"]>[0]): Promise<[string, string]>;
  /** Puts a certificate into the account. @returns its id */
  uploadPair(pair: readonly [string, string], alias?: string): Promise<string>;
  upload(options: Parameters<Hosts["pair"]>[0]): Promise<string>;
  /** Puts a separate certificate on a name on the CDN. @returns its id */
  onCdn(name: string, options: Parameters<Hosts["pair"]>[0]): Promise<string>;
  /** Changes a setting of a name on the CDN, and has it deployed. */
  set(name: string, change: (domain: CdnDomain) => DomainChange): Promise<void>;
  /** A name on the CDN, as the API returns it. */
  domain(name: string): Promise<CdnDomain>;
  /** The account's certificates. */
  certificates(): Promise<readonly AccountCertificate[]>;
  /** Makes a name a custom domain of the bucket. */
  bucketDomain(name: string): Promise<void>;
  /** Puts a certificate on a name of the bucket's. */
  putOnBucket(name: string, pair: readonly [string, string]): Promise<void>;
  /** Puts a certificate of the account's on a name on EdgeOne, and has it deployed. */
  onEdgeOne(name: string, id: string): Promise<void>;
  /** The bucket's policy as COS returns it; undefined if there is none. */
  policy(): Promise<string | undefined>;
  setPolicy(policy: object): Promise<void>;
  /** Puts a certificate of the account's on a name on the CDN, whatever it is for, as another tool might. */
  putOnCdn(name: string, id: string): Promise<void>;
  /** Opens an object by a name, like a browser that follows no redirects. */
  open(name: string, path: string, scheme?: "http" | "https"): Promise<{ status: number; text: string }>;
  /** A new, empty folder. */
  folder(): Promise<string>;
  text(file: string): Promise<string>;
  /** The PEM file of what the command trusts. */
  readonly caFile: string;
  /** What a name presents to clients. */
  look(name: string): Promise<Shown>;
  /** Whether a client accepts the name's HTTPS, which {@link look} finds too: one connection instead of three. */
  isSound(name: string): Promise<boolean>;
  /** The command's input other than its arguments. */
  readonly flags: readonly string[];
  /** Every line of the emulator's log since the last {@link fresh}. */
  readonly log: readonly string[];
  /** How many changes were requested from the CDN and the SSL service. */
  changes(): number;
  /** The cloud without settings, by the machine's time, and an empty folder for the command: the start of each test. */
  fresh(): Promise<void>;
  /** Runs `npm run https --` with these arguments; waiting moves the clock forward. */
  run(args: readonly string[], world?: Partial<HttpsWorld>): Promise<Outcome>;
  /** Like {@link run}, with --json and -y. */
  program(args: readonly string[]): Promise<Outcome>;
}

/**
 * The emulated cloud with these names on the CDN, for all tests of a file, each of which starts with no settings.
 * Waiting moves the time of this process and of the cloud forward.
 */
export function useHosts(options: Partial<EmulatorOptions>): Hosts {
  let emulator: Emulator;
  let authority: Hosts["authority"];
  let folder: string;
  let directory: string;
  let ca: string;
  let empty: string;
  let other: Hosts["authority"];
  let trusted: string;
  let trust: SecureContext;
  let anchors: TrustAnchors;
  let changes = 0;
  const log: string[] = [];

  const write = async (
    by: Hosts["authority"],
    wanted: Parameters<Hosts["pair"]>[0],
  ): Promise<[string, string]> => {
    // TLS checks certificates by the machine's own time.
    const aheadDays = (Date.now() - vi.getRealSystemTime()) / 86_400_000;
    const issued = await by.server({ fromDays: -1 - aheadDays, ...wanted });
    const name = `pair-${Math.random().toString(36).slice(2)}`;
    return [
      await hosts.file(`${name}.pem`, issued.pem + by.intermediate.pem),
      await hosts.file(`${name}.key`, issued.keyPem),
    ];
  };

  const api = (name: "cdn" | "ssl") =>
    new CloudApi(name, {
      credential: emulator.account,
      endpoint: name === "cdn" ? placesOf().cdnEndpoint : placesOf().sslEndpoint,
      timeoutSeconds: 60,
      sleep: async (ms) => putForward(ms),
    });
  const placesOf = (): HttpsPlaces => {
    if (emulator.https === undefined) throw new Error("There is no name on the CDN.");
    return emulator.https;
  };
  /** The bucket, over the one transport that its policy never refuses. */
  const bucketAccess = async (): Promise<BucketAccess> => ({
    bucket: readBucket(hosts.env),
    key: emulator.account,
    endpoint: new URL(`https://${emulator.cosHost}`),
    network: {
      anchors,
      timeoutMs: 60_000,
      addresses: new Map(),
    },
    clock: Date.now,
  });
  /** A connection to the address at which every name answers, whatever its certificate; undefined if there is none. */
  const handshake = async (name: string): Promise<TLSSocket | undefined> => {
    const [host = "", port] = placesOf().edge.split(":");
    const socket = connect({
      host,
      port: Number(port),
      servername: name,
      secureContext: trust,
      ALPNProtocols: ["h2", "http/1.1"],
      rejectUnauthorized: false,
    });
    return await new Promise((resolve) => {
      socket.once("secureConnect", () => resolve(socket));
      socket.on("error", () => resolve(undefined));
    });
  };
  /** A client of HTTP/1.1 alone, where the two have agreed on HTTP/2, needs a connection of its own. */
  const hstsBy = async (name: string, secure: TLSSocket | undefined): Promise<string | undefined> => {
    if (secure === undefined) return undefined;
    const headers = { host: name };
    return await new Promise((resolve) => {
      const answered = (response: IncomingMessage) => {
        response.resume();
        resolve(response.headers["strict-transport-security"]);
      };
      const sent =
        secure.alpnProtocol === "h2"
          ? httpsGet(`https://${placesOf().edge}/none`, {
              servername: name,
              headers,
              rejectUnauthorized: false,
              agent: false,
            })
          : httpGet({ path: "/none", headers, createConnection: () => secure });
      sent.on("response", answered).on("error", () => resolve(undefined));
    });
  };
  const hosts: Hosts = {
    get emulator() {
      return emulator;
    },
    get places() {
      return placesOf();
    },
    get authority() {
      return authority;
    },
    get env() {
      const { account, bucket, cosHost } = emulator;
      const { cdnEndpoint, sslEndpoint, dnsServer, edge } = placesOf();
      return {
        COS_SECRET_ID: account.secretId,
        COS_SECRET_KEY: account.secretKey,
        COS_BUCKET: bucket.name,
        COS_REGION: bucket.region,
        COS_DOMAIN: cosHost,
        CDN_ENDPOINT: cdnEndpoint,
        SSL_ENDPOINT: sslEndpoint,
        DNS_SERVER: dnsServer,
        HTTPS_EDGE: edge,
      };
    },
    async file(name, content) {
      const path = join(folder, name);
      await writeFile(path, content);
      return path;
    },
    async publish(key, content) {
      const { account, bucket, cosHost } = emulator;
      const cos = new COS({
        SecretId: account.secretId,
        SecretKey: account.secretKey,
        Domain: cosHost,
        Protocol: "http:",
        ConfCwd: folder,
      });
      await cos.putObject({
        Bucket: bucket.name,
        Region: bucket.region,
        Key: key,
        Body: content,
        ACL: "public-read",
      });
    },
    pair: (wanted) => write(authority, wanted),
    otherPair: async (wanted) => {
      return await write(other, wanted);
    },
    uploadPair: async ([chain, key], alias = "") => {
      const pair = {
        certificate: await readFile(chain, "utf8"),
        privateKey: await readFile(key, "utf8"),
      };
      return (await uploadCertificate(api("ssl"), pair, alias)).id;
    },
    upload: async (wanted) => hosts.uploadPair(await hosts.pair(wanted)),
    onCdn: async (name, wanted) => {
      const id = await hosts.upload({ names: [name], ...wanted });
      await hosts.putOnCdn(name, id);
      return id;
    },
    putOnCdn: (name, id) =>
      hosts.set(name, (domain) => ({ Https: httpsWith(domain, { Switch: "on", certId: id }) })),
    open: (name, path, scheme = "https") => {
      const [host = "", port] = placesOf().edge.split(":");
      const options = { host, port: Number(port), headers: { host: name }, path, agent: false as const };
      return new Promise((resolve, reject) => {
        const answered = (response: IncomingMessage) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () =>
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
          );
        };
        const sent =
          scheme === "https"
            ? httpsGet({ ...options, servername: name, ca: trusted }, answered)
            : httpGet(options, answered);
        sent.on("error", reject);
      });
    },
    folder: () => mkdtemp(join(folder, "out-")),
    text: (file) => readFile(file, "utf8"),
    get caFile() {
      return ca;
    },
    domain: async (name) => {
      const domain = await describeDomain(api("cdn"), name);
      if (domain === undefined) throw new Error(`${name} is not on the CDN.`);
      return domain;
    },
    set: async (name, change) => {
      await updateDomain(api("cdn"), name, change(await hosts.domain(name)));
      putForward((options.deploySeconds ?? DEPLOY_SECONDS) * 1000);
    },
    certificates: () => listCertificates(api("ssl")),
    bucketDomain: async (name) => {
      const body = `<DomainConfiguration><DomainRule><Status>ENABLED</Status><Name>${name}</Name><Type>REST</Type></DomainRule></DomainConfiguration>`;
      await call(await bucketAccess(), "add a domain", {
        method: "PUT",
        query: { domain: "" },
        body,
        contentType: "application/xml",
      });
    },
    putOnBucket: async (name, [chain, key]) => {
      const pair = {
        certificate: await readFile(chain, "utf8"),
        privateKey: await readFile(key, "utf8"),
      };
      await putCertificate(await bucketAccess(), name, pair);
    },
    onEdgeOne: async (name, id) => {
      const parameters = { CertificateId: id, ResourceType: "teo", InstanceIdList: [name] };
      await api("ssl").call("DeployCertificateInstance", parameters, object({}));
      putForward((options.deploySeconds ?? DEPLOY_SECONDS) * 1000);
    },
    policy: async () => await getPolicy(await bucketAccess()),
    setPolicy: async (policy) => await putPolicy(await bucketAccess(), JSON.stringify(policy)),
    look: async (name) => {
      const [host = "", port] = placesOf().edge.split(":");
      const at = { host, port: Number(port) };
      const plain = await new Promise<Shown["plain"]>((resolve, reject) => {
        httpGet({ ...at, headers: { host: name }, path: "/none", agent: false }, (response) => {
          response.resume();
          resolve({ status: response.statusCode ?? 0, location: response.headers.location });
        }).on("error", reject);
      });
      const secure = await handshake(name);
      const shown = { isSound: isSound(secure), alpn: secure?.alpnProtocol || undefined };
      const hsts = await hstsBy(name, secure);
      secure?.destroy();
      return { ...shown, hsts, plain };
    },
    isSound: async (name) => {
      const secure = await handshake(name);
      const sound = isSound(secure);
      secure?.destroy();
      return sound;
    },
    get flags() {
      return ["--env-file", empty, "--ca", ca];
    },
    get log() {
      return log;
    },
    changes: () => changes,
    fresh: async () => {
      vi.setSystemTime(vi.getRealSystemTime());
      await emulator.reset();
      log.length = 0;
      // What a command saves is named by the time, which may be set back to one that another test has had.
      directory = await hosts.folder();
    },
    run: (args, world = {}) =>
      https([...hosts.flags, ...args], {
        env: hosts.env,
        directory,
        sleep: async (ms) => putForward(ms),
        ...world,
      }),
    program: (args) => hosts.run([...args, "--json", "-y"]),
  };

  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    emulator = await startEmulator({
      deploySeconds: DEPLOY_SECONDS,
      strictTransport: true,
      clock: () => Date.now(),
      log: (line) => {
        log.push(line);
        if (/^(cdn|ssl) (Update|Upload|Apply|Deploy)\w+ ok /.test(line)) changes += 1;
      },
      ...options,
    });
    authority = await testAuthority();
    other = await testAuthority(undefined, "Other");
    folder = await mkdtemp(join(tmpdir(), "hosts-"));
    empty = await hosts.file("empty.env", "");

    trusted = (await readFile(placesOf().caFile, "utf8")) + authority.root.pem + other.root.pem;
    trust = createSecureContext({ ca: trusted });
    anchors = trustAnchors([await readFile(emulator.caFile, "utf8")]);
    ca = await hosts.file("ca.pem", trusted);
  });
  beforeEach(() => hosts.fresh());
  afterAll(async () => {
    await emulator.close();
    await rm(folder, { recursive: true });
    vi.useRealTimers();
  });
  return hosts;
}

/** Whether the chain is trusted for the name, and the certificate in date by the emulated time. */
function isSound(secure: TLSSocket | undefined): boolean {
  const { validFrom = "", validTo = "" } = secure?.getPeerX509Certificate() ?? {};
  const isInDate = Date.parse(validFrom) <= Date.now() && Date.now() < Date.parse(validTo);
  return secure?.authorized === true && isInDate;
}

/** Moves the time of this process forward, and with it the emulated cloud's. */
export function putForward(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}
