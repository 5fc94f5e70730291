import type { VersionOptions } from "../../store/object-store.ts";
import type { CosService } from "../../store/service.ts";
import type { StoredVersion } from "../../store/stored-object.ts";

/** The time of a version that is created now, and whether earlier ones are kept. */
export function versionOptions({ clock, settings }: CosService): VersionOptions {
  return { lastModified: clock(), keepsVersions: settings.get("versioning") === "Enabled" };
}

/** The headers that name a version; none in a bucket that never had versioning. */
export function versionHeaders(
  { settings }: CosService,
  version: StoredVersion,
): Readonly<Record<string, string>> {
  return settings.get("versioning") === undefined ? {} : { "x-cos-version-id": version.versionId };
}
