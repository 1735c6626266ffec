import packageJson from "../package.json" with { type: "json" };

/** The engine's version: that of npm's `pulumi`, the command which everybody types. */
export const ENGINE_VERSION: string = packageJson.dependencies.pulumi;
