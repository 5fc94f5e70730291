import { CosError, invalidArgument } from "../../http/errors.ts";
import type { CosService } from "../../store/service.ts";
import { DEFAULT_TIERING, type TieringConfiguration } from "../../store/tiering-configuration.ts";
import { checkNoObjectLock } from "./object-lock.ts";
import { withItem } from "./with-item.ts";

/** https://www.tencentcloud.com/document/product/436/60836 */
const MAX_RULES = 1000;

/** COS's messages for a change of the rule default, which is permanent, by operation: from cos-python-sdk-v5's own tests. */
export const NO_CHANGE = {
  older: "Not support modify intelligent tiering configuration",
  newer: "The default rule cannot be modified",
};

/**
 * Adds a rule to the bucket's, or replaces the one with its id. The rule default can be put only once.
 *
 * @param noChange COS's message for the second time; we could not find out its code
 * @throws {CosError} InvalidArgument; InvalidBucketState in a bucket with object lock
 */
export function keepTiering(
  service: CosService,
  rule: TieringConfiguration,
  noChange: string,
): Promise<void> {
  return service.settings.update("tiering", (before = []) => {
    checkNoObjectLock(service, "intelligent tiering");
    const same = before.find(({ id }) => id === rule.id);
    if (same?.id === DEFAULT_TIERING) throw new CosError("InvalidArgument", noChange);
    if (same === undefined && before.length >= MAX_RULES) {
      throw invalidArgument(
        `the bucket has ${MAX_RULES} rules of intelligent tiering, and may not have more`,
      );
    }
    return withItem(before, rule).map(({ text }) => text);
  });
}

/** The rule of this id; undefined without one. */
export function tieringOf(
  { settings }: CosService,
  wanted: string | undefined,
): TieringConfiguration | undefined {
  return settings.get("tiering")?.find(({ id }) => id === wanted);
}
