import { invalidArgument } from "../../http/errors.ts";
import type { CosRequest } from "../../http/request.ts";
import type { BucketSettings } from "../../store/bucket-settings.ts";
import { isOf } from "../../store/domain-configuration.ts";

/**
 * Reads the parameter domainname.
 *
 * @throws {CosError} InvalidArgument when it is missing or not one of the bucket's custom domains
 */
export function readDomainName(settings: BucketSettings, request: CosRequest): string {
  const name = request.query.get("domainname")?.toLowerCase();
  if (name === undefined || name === "") throw invalidArgument("the parameter domainname is missing");
  checkDomainName(settings, name);
  return name;
}

/** @throws {CosError} InvalidArgument for a name that is not one of the bucket's custom domains */
export function checkDomainName(settings: BucketSettings, name: string): void {
  if (settings.domains.some((rule) => isOf(rule, name))) return;
  throw invalidArgument(`${name} is not one of the bucket's custom domains`);
}
