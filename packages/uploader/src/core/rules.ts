declare global {
  /**
   * The rules of your functions: by name, the MIME types of each extension. `npm run build` of cos-direct-upload writes
   * it as `miniprogram/rules.d.ts`: put that file into your project, and a misspelt rule does not compile. Without it,
   * any name does.
   */
  interface CosUploaderRules {}
}

/** The name of a rule. */
export type RuleName = keyof CosUploaderRules extends never ? string : keyof CosUploaderRules;

/** An extension that a rule takes. */
export type Extension = keyof CosUploaderRules extends never
  ? string
  : { [name in keyof CosUploaderRules]: keyof CosUploaderRules[name] }[keyof CosUploaderRules];
