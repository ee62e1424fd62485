declare module "virtual:emoji-set-*" {
  const lines: string;
  export default lines;
}
declare module "*.css?inline" {
  const css: string;
  export default css;
}
