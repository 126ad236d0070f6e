// Packages that are ES modules only and whose types TypeScript 5.1 does not find; lib/book/packages.ts says what is used of them.
declare module '@11ty/eleventy';
declare module '@mdit/plugin-katex';
