import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { SecureContext } from "node:tls";
import type { Bucket } from "../cloud/account.ts";
import { LOOPBACK } from "../cloud/listen.ts";
import type { ObjectEvent } from "../cloud/object-events.ts";
import { Schedule } from "../cloud/schedule.ts";
import { claim, type Service } from "../cloud/service.ts";
import type { Cloud } from "../cloud.ts";
import { explainRefusal } from "../explain-refusal.ts";
import type { CertificateUser } from "../ssl/certificate-user.ts";
import { applyLifecycle, type LifecycleOutcome } from "./apply-lifecycle.ts";
import { cosCertificateUser } from "./certificate-user.ts";
import { faultyCos } from "./faults.ts";
import { createCosHandler } from "./handler.ts";
import type { CorsRule } from "./http/cors.ts";
import { publishChange } from "./object-event.ts";
import { checkBucket } from "./operations/put-bucket.ts";
import { allRestoredLater } from "./restored-later.ts";
import { listenCos } from "./server.ts";
import { BucketSettings } from "./store/bucket-settings.ts";
import { Buckets } from "./store/buckets.ts";
import { ObjectStore } from "./store/object-store.ts";

export interface CosOptions {
  readonly port: number;
  /** The address to answer on besides the loopback address; clients are then told to use it. */
  readonly host: string | undefined;
  /** The buckets that exist from the start, besides the default one. */
  readonly buckets: readonly Bucket[];
  /** Additional hosts, with or without a port, that lead to the default bucket. */
  readonly customDomains: readonly string[];
  /** The largest body of one request, in bytes: an object, or a part of one. */
  readonly maxObjectBytes: number;
  /** Refuse uploads whose content-type or content-length is not signed. */
  readonly strictSignature: boolean;
  /** Plain HTTP on loopback does not count as secure transport. */
  readonly strictTransport: boolean;
  /** Refuse a bucket policy with a resource in the old form. */
  readonly strictPolicy: boolean;
  /** Refuse a signature that begins ahead of the clock. */
  readonly strictTime: boolean;
}

export interface Cos extends Service {
  readonly port: number;
  /** `host:port`; it answers both http and https. */
  readonly host: string;
  /** Applies the lifecycle rules of all buckets as of this time, in milliseconds since the Unix epoch. */
  applyLifecycle(now: number): Promise<LifecycleOutcome>;
  /** The default bucket's. */
  readonly store: ObjectStore;
  /** Any bucket's; undefined if it does not exist. */
  storeOf(bucketName: string): ObjectStore | undefined;
  /** The certificate of a custom domain, for TLS connections to it; undefined if it has none. */
  secureContext(name: string): SecureContext | undefined;
  /** The bucket's own host, which a custom domain's CNAME points to; undefined for any other name. */
  cnameOf(name: string): string | undefined;
  /** Where the account's certificates are used on custom domains. */
  readonly certificateUser: CertificateUser;
}

/** A browser page on this machine may upload straight to COS, whatever port it is served from. */
const LOCAL_PAGES: CorsRule = {
  allowedOrigins: ["http://127.0.0.1:*", "http://localhost:*"],
  allowedMethods: ["GET", "HEAD", "PUT", "POST", "DELETE"],
  allowedHeaders: ["*"],
  exposeHeaders: [
    "ETag",
    "x-cos-request-id",
    "x-cos-hash-crc64ecma",
    "x-emulator-reason",
    "x-emulator-cause",
  ],
  maxAgeSeconds: 600,
};

export async function startCos(options: CosOptions, cloud: Cloud): Promise<Cos> {
  const { account, credentials, clock, faults, requests, log } = cloud;
  for (const bucket of options.buckets) checkBucket(bucket, account.appId);
  const buckets = await openBuckets(cloud);
  const createBuckets = async () => {
    for (const bucket of options.buckets) await buckets.create(bucket, clock());
  };
  await createBuckets();
  cloud.objectEvents.serve(({ name, region }) => buckets.find(name)?.bucket.region === region);
  const schedule = new Schedule(clock);
  const sink = { onObjectEvent: (event: ObjectEvent) => cloud.objectEvents.publish(event), schedule };
  for (const open of buckets.all()) {
    const place = { account, clock, bucket: open.bucket };
    for (const change of allRestoredLater(open, clock())) publishChange(sink, place, change);
  }
  const handler = createCosHandler({
    account,
    buckets,
    credentials,
    clock,
    log,
    explain: explainRefusal,
    ...sink,
    cors: [LOCAL_PAGES],
    customDomains: [...options.customDomains, ...(options.host === undefined ? [] : [options.host])],
    maxObjectBytes: options.maxObjectBytes,
    strictSignature: options.strictSignature,
    strictTransport: options.strictTransport,
    strictPolicy: options.strictPolicy,
    strictTime: options.strictTime,
  });
  const open = (port: number, address: string) =>
    claim("COS", port, () =>
      listenCos(requests.recorded("COS", faultyCos(handler, faults)), {
        port,
        host: address,
        tls: cloud.tls,
        secureContext: (servername) =>
          buckets.secureContext(servername) ?? cloud.ownNames.secureContext(servername),
      }),
    );
  const listener = await open(options.port, LOOPBACK);
  const onHost =
    options.host === undefined
      ? undefined
      : await open(listener.port, options.host).catch(async (error: unknown) => {
          await listener.close();
          throw error;
        });
  const host = `${options.host ?? LOOPBACK}:${listener.port}`;
  return {
    port: listener.port,
    host,
    store: buckets.default.store,
    applyLifecycle: (now) => applyLifecycle(buckets, now),
    describe: () => [
      ["COS", `http://${host} and https://${host}`],
      ...buckets
        .all()
        .map(({ bucket: { name, region } }): [string, string] => ["", `bucket ${name} in ${region}`]),
    ],
    secureContext: (name) => buckets.secureContext(name),
    cnameOf: (name) => {
      const found = buckets.withDomain(name)?.bucket;
      return found && `${found.name}.cos.${found.region}.myqcloud.com`;
    },
    certificateUser: cosCertificateUser(buckets),
    storeOf: (bucketName) => buckets.find(bucketName)?.store,
    reset: async () => {
      schedule.clear();
      await buckets.reset();
      await createBuckets();
    },
    stop: async () => {
      schedule.clear();
      await Promise.all([listener.close(), onHost?.close()]);
      await buckets.close();
    },
  };
}

async function openBuckets({ bucket, dataDirectory, ownNames }: Cloud): Promise<Buckets> {
  const objects = join(dataDirectory, "objects");
  const store = await ObjectStore.open(objects);
  const settings = await BucketSettings.open(join(dataDirectory, "bucket.json"));
  const { birthtimeMs: created } = await stat(objects);
  return Buckets.open({ bucket, store, settings, created }, join(dataDirectory, "buckets"), (added) =>
    ownNames.add(added),
  );
}
