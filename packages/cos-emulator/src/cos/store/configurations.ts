import { type AccelerateConfiguration, parseAccelerateConfiguration } from "./accelerate-configuration.ts";
import { type Acl, parseAcl } from "./acl.ts";
import { type BucketKind, parseBucketKind } from "./bucket-kind.ts";
import { type CorsConfiguration, parseCorsConfiguration } from "./cors-configuration.ts";
import { type EncryptionConfiguration, parseEncryptionConfiguration } from "./encryption-configuration.ts";
import { type InventoryConfiguration, parseInventoryConfiguration } from "./inventory-configuration.ts";
import { type LifecycleConfiguration, parseLifecycleConfiguration } from "./lifecycle-configuration.ts";
import { type LoggingConfiguration, parseLoggingConfiguration } from "./logging-configuration.ts";
import { type ObjectLockConfiguration, parseObjectLockConfiguration } from "./object-lock-configuration.ts";
import { type OriginConfiguration, parseOriginConfiguration } from "./origin-configuration.ts";
import { parseRefererConfiguration, type RefererConfiguration } from "./referer-configuration.ts";
import { parseReplicationConfiguration, type ReplicationConfiguration } from "./replication-configuration.ts";
import { parseTags, type Tag } from "./tags.ts";
import { parseTieringConfiguration, type TieringConfiguration } from "./tiering-configuration.ts";
import { parseWebsiteConfiguration, type WebsiteConfiguration } from "./website-configuration.ts";

/** https://cloud.tencent.com/document/product/436/19889 */
export const VERSIONING_STATUSES = ["Enabled", "Suspended"] as const;

export type VersioningStatus = (typeof VERSIONING_STATUSES)[number];

/** What can be configured in a bucket besides its policy and its domains; each may be set or not. */
export interface Configurations {
  readonly acl: Acl;
  readonly cors: CorsConfiguration;
  readonly encryption: EncryptionConfiguration;
  /** In the order in which they were put. */
  readonly inventory: readonly InventoryConfiguration[];
  /** Given when the bucket is created; only a bucket of the usual kind has none. */
  readonly kind: BucketKind;
  readonly lifecycle: LifecycleConfiguration;
  readonly accelerate: AccelerateConfiguration;
  readonly logging: LoggingConfiguration;
  readonly objectLock: ObjectLockConfiguration;
  readonly origin: OriginConfiguration;
  readonly replication: ReplicationConfiguration;
  readonly referer: RefererConfiguration;
  readonly tagging: readonly Tag[];
  /** In the order in which they were put. */
  readonly tiering: readonly TieringConfiguration[];
  readonly versioning: VersioningStatus;
  readonly website: WebsiteConfiguration;
}

/** Reads each from its part of the bucket's file. Undefined, or a CosError, for what was never written there. */
export const READERS: {
  readonly [Name in keyof Configurations]: (kept: unknown) => Configurations[Name] | undefined;
} = {
  acl: parseAcl,
  cors: ofText(parseCorsConfiguration),
  encryption: ofText(parseEncryptionConfiguration),
  inventory: ofTexts(parseInventoryConfiguration),
  kind: ofText(parseBucketKind),
  lifecycle: ofText(parseLifecycleConfiguration),
  accelerate: ofText(parseAccelerateConfiguration),
  logging: ofText(parseLoggingConfiguration),
  objectLock: ofText(parseObjectLockConfiguration),
  origin: ofText(parseOriginConfiguration),
  replication: ofText(parseReplicationConfiguration),
  referer: ofText(parseRefererConfiguration),
  tagging: parseTags,
  tiering: ofTexts(parseTieringConfiguration),
  versioning: (kept) => VERSIONING_STATUSES.find((status) => status === kept),
  website: ofText(parseWebsiteConfiguration),
};

/** The file holds the XML as it was received. */
function ofText<T>(parse: (text: string) => T): (kept: unknown) => T | undefined {
  return (kept) => (typeof kept === "string" ? parse(kept) : undefined);
}

/** The same, of a list. */
function ofTexts<T>(parse: (text: string) => T): (kept: unknown) => readonly T[] | undefined {
  return (kept) =>
    Array.isArray(kept) && kept.every((text) => typeof text === "string") ? kept.map(parse) : undefined;
}
