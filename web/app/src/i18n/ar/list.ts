export { list } from "../en/list";
