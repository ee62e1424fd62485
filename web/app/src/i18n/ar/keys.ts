export { keys } from "../en/keys";
