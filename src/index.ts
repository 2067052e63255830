// The public API: what jsii publishes to TypeScript, Python, Java, Go and .NET.
export {};
