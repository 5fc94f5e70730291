import type { VersionOptions } from "../../store/object-store.ts";
import type { CosService } from "../../store/service.ts";
import { NULL_VERSION, type StoredVersion } from "../../store/stored-object.ts";

/** The time of a version that is created now, and whether earlier ones are kept. */
export function versionOptions({ clock, settings }: CosService): VersionOptions {
  return { lastModified: clock(), keepsVersions: settings.get("versioning") === "Enabled" };
}

/**
 * The header that names a version. What was stored without versioning, or while it is suspended, is named only while it
 * is enabled: cos-java-sdk-v5's own tests expect no id of a PUT in a bucket whose versioning is suspended.
 */
export function versionHeaders(
  { settings }: CosService,
  version: StoredVersion,
): Readonly<Record<string, string>> {
  const isNamed = settings.get("versioning") === "Enabled" || version.versionId !== NULL_VERSION;
  return isNamed ? { "x-cos-version-id": version.versionId } : {};
}
