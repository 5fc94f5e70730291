/** The direction of imports, held by `npm run check`. Type imports count: what knows a type knows its house. */
module.exports = {
  forbidden: [
    {
      name: "no-circle-of-files",
      comment: "Move what both need to a file of its own.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-circle-of-folders",
      comment:
        "Of two folders that need each other, one holds something that belongs into the other or below both.",
      severity: "error",
      scope: "folder",
      from: {},
      to: { circular: true },
    },
    {
      name: "packages-stand-alone",
      comment: "A package knows nothing of this product: hand it what it needs.",
      severity: "error",
      from: { path: "^packages/" },
      to: { path: "^(functions|shared|dev|tools|deploy|miniprogram)/" },
    },
    {
      name: "packages-by-their-front-door",
      comment:
        "Of a package, others import its index alone, so that the rest of it may change. The uploader has more entries: the files of its `src`, and its component.",
      severity: "error",
      from: { path: "^(packages/[^/]+|[^/]+)/" },
      to: {
        path: "^packages/",
        pathNot: [
          "^$1/",
          "^packages/[^/]+/src/index\\.ts$",
          "^packages/uploader/src/[a-z0-9]+\\.ts$",
          "^packages/uploader/component/uploaders\\.ts$",
        ],
      },
    },
    {
      name: "functions-import-shared",
      comment: "What two functions need is in shared/.",
      severity: "error",
      from: { path: "^functions/([^/]+)/" },
      to: { path: "^(functions|dev|tools|deploy|miniprogram)/", pathNot: "^functions/$1/" },
    },
    {
      name: "shared-imports-nobody",
      comment: "What shared/ needs of a function, such as how it fails, the function hands in.",
      severity: "error",
      from: { path: "^shared/" },
      to: { path: "^(functions|packages|dev|tools|deploy|miniprogram)/" },
    },
    {
      name: "tools-import-no-functions",
      comment: "What a tool and a function need is in shared/.",
      severity: "error",
      from: { path: "^tools/" },
      to: { path: "^(functions|dev|miniprogram)/" },
    },
  ],
  options: {
    parser: "swc",
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)dist/" },
    enhancedResolveOptions: { extensions: [".ts", ".js"] },
  },
};
