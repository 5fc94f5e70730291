import type { CorsRule } from "../http/cors.ts";
import type { CosService } from "./service.ts";

/** A bucket's rules: those that were put or, until then, the emulator's own. */
export function corsRules({ settings, cors }: Pick<CosService, "settings" | "cors">): readonly CorsRule[] {
  return settings.get("cors")?.rules ?? cors;
}
