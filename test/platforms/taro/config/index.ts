export default {
  projectName: "uploads",
  date: "2026-11-27",
  designWidth: 750,
  sourceRoot: "src",
  outputRoot: "dist",
  framework: "react",
  compiler: "vite",
};
