declare module "virtual:emoji-names-*" {
  const lines: string;
  export default lines;
}
