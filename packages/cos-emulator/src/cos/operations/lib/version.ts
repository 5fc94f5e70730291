import type { VersionOptions } from "../../store/object-store.ts";
import type { CosService } from "../../store/service.ts";
import type { StoredVersion } from "../../store/stored-object.ts";

/** When a version is made now, and whether those before it stay. */
export function versionOptions({ clock, settings }: CosService): VersionOptions {
  return { lastModified: clock(), keepsVersions: settings.get("versioning") === "Enabled" };
}

/** What an answer about a version says of it; a bucket that never had versioning says nothing. */
export function versionHeaders(
  { settings }: CosService,
  version: StoredVersion,
): Readonly<Record<string, string>> {
  return settings.get("versioning") === undefined ? {} : { "x-cos-version-id": version.versionId };
}
