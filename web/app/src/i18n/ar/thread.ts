export { thread } from "../en/thread";
