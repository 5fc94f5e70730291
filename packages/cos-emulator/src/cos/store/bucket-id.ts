/** A bucket as configurations name it, `qcs::cos:<region>::<bucket>`; undefined for anything else. */
export function parseBucketId(text: string | undefined): { name: string; region: string } | undefined {
  const [, region, name] = /^qcs::cos:([a-z0-9-]+)::([a-z0-9][a-z0-9-]*-\d+)$/.exec(text ?? "") ?? [];
  return region === undefined || name === undefined ? undefined : { name, region };
}
