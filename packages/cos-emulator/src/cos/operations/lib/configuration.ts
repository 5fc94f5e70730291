import { CosError, type CosErrorCode } from "../../http/errors.ts";
import type { Reply } from "../../http/reply.ts";
import type { Configurations } from "../../store/configurations.ts";
import type { CosService } from "../../store/service.ts";

/** The configurations that are given back as they were put. */
type AsPut = {
  [Name in keyof Configurations]: Configurations[Name] extends { readonly text: string } ? Name : never;
}[keyof Configurations];

/** With what COS refuses to read one that is not there (https://cloud.tencent.com/document/product/436/7730). */
const NOT_THERE = {
  cors: "NoSuchCORSConfiguration",
  encryption: "NoSuchEncryptionConfiguration",
  lifecycle: "NoSuchLifecycleConfiguration",
  origin: "OriginConfigurationNotFoundError",
  replication: "ReplicationConfigurationNotFoundError",
  website: "NoSuchWebsiteConfiguration",
} as const satisfies { readonly [Name in keyof Configurations]?: CosErrorCode };

/**
 * A configuration of the bucket.
 *
 * @throws {CosError} the configuration's own code where there is none
 */
export function configurationOf<Name extends keyof typeof NOT_THERE>(
  { settings }: CosService,
  name: Name,
  reason = `this bucket has no ${name} configuration`,
): Configurations[Name] {
  const configuration = settings.get(name);
  if (configuration !== undefined) return configuration;
  throw new CosError(NOT_THERE[name], `The ${name} configuration does not exist.`, {
    reason,
  });
}

/** What GET answers with a configuration that is given back as it was put. */
export function asPut({ text }: Configurations[AsPut]): Reply {
  return { status: 200, headers: { "content-type": "application/xml" }, body: text };
}
