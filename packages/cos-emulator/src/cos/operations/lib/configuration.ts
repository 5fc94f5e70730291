import { CosError, type CosErrorCode } from "../../http/errors.ts";
import type { Reply } from "../../http/reply.ts";
import type { Configurations } from "../../store/configurations.ts";
import type { CosService } from "../../store/service.ts";

/** The configurations that GET returns exactly as PUT received them. */
type AsPut = {
  [Name in keyof Configurations]: Configurations[Name] extends { readonly text: string } ? Name : never;
}[keyof Configurations];

/** COS's codes for a GET of a missing configuration (https://cloud.tencent.com/document/product/436/7730). */
const CODE_IF_MISSING = {
  cors: "NoSuchCORSConfiguration",
  encryption: "NoSuchEncryptionConfiguration",
  lifecycle: "NoSuchLifecycleConfiguration",
  objectLock: "NoSuchObjectLockConfiguration",
  origin: "OriginConfigurationNotFoundError",
  replication: "ReplicationConfigurationNotFoundError",
  website: "NoSuchWebsiteConfiguration",
} as const satisfies { readonly [Name in keyof Configurations]?: CosErrorCode };

/**
 * A configuration of the bucket.
 *
 * @throws {CosError} the configuration's own code if there is none
 */
export function configurationOf<Name extends keyof typeof CODE_IF_MISSING>(
  { settings }: CosService,
  name: Name,
  reason = `this bucket has no ${name} configuration`,
): Configurations[Name] {
  const configuration = settings.get(name);
  if (configuration !== undefined) return configuration;
  throw new CosError(CODE_IF_MISSING[name], `The ${name} configuration does not exist.`, {
    reason,
  });
}

/** Returns a configuration exactly as PUT received it. */
export function asPut({ text }: Configurations[AsPut]): Reply {
  return { status: 200, headers: { "content-type": "application/xml" }, body: text };
}
